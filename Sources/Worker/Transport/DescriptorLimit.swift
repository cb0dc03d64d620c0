import Glibc

/// The process's limit of open descriptors, which also sizes libwebsockets' tables.
enum DescriptorLimit {
    /// Descriptors that are not client connections: listeners, Redis, HTTP clients, logs.
    private static let reserve = 1024

    /// Sets the soft limit to what that many connections need, as far as the hard limit allows; nil if it does not.
    ///
    /// Sets it lower than it was too: libwebsockets makes tables for every possible descriptor, and falls back to 2,560 when
    /// that seems absurd, as it does in containers without a limit.
    static func fit(connections: Int) -> Int? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        // A connection may cause a connection of ours, to a provider.
        let wanted = rlim_t(clamping: 2 * connections + reserve)
        limit.rlim_cur = min(wanted, limit.rlim_max)
        guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return limit.rlim_cur == wanted ? Int(clamping: wanted) : nil
    }
}
