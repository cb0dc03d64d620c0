import Glibc

/// The process's limit of open descriptors, which also sizes libwebsockets' tables.
enum DescriptorLimit {
    /// Sets the soft limit to `wanted`, as far as the hard limit allows; nil if it does not.
    ///
    /// Sets it lower than it was too: libwebsockets makes tables for every possible descriptor, and falls back to 2,560 when
    /// that seems absurd, as it does in containers without a limit.
    static func fit(_ wanted: Int) -> Int? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        let wanted = rlim_t(clamping: wanted)
        limit.rlim_cur = min(wanted, limit.rlim_max)
        guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return limit.rlim_cur == wanted ? Int(clamping: wanted) : nil
    }
}

extension WebSocketServerConfiguration {
    /// Everything that can be open at the same time, in this server and beside it.
    var descriptors: Int {
        [maximumConnections, maximumHandshakes, maximumRefusals, otherDescriptors].reduce(0) { sum, count in
            sum.addingReportingOverflow(count).overflow ? .max : sum + count
        }
    }
}
