/// A long-lived part of a process: a listener, a connection, a registration.
///
/// Called by `ServiceGroup` only, from one task: `start` once, then `shutdown` once if `start` returned.
package protocol Service: Sendable {
    /// What log lines call it.
    var name: String { get }

    /// Returns as soon as the service can be used; throws when it cannot be had, and has then nothing left to shut down.
    func start() async throws

    /// Takes no more work, finishes or ends what is under way, and returns when nothing is left.
    ///
    /// The task is cancelled when the deadline has passed; what is under way is then given up.
    func shutdown() async
}

/// A service made of two closures, for parts that are too small for a type of their own.
package struct ClosureService: Service {
    /// What log lines call it.
    package let name: String
    private let starting: @Sendable () async throws -> Void
    private let stopping: @Sendable () async -> Void

    /// A service that runs these closures.
    package init(
        _ name: String, start: @escaping @Sendable () async throws -> Void = {},
        shutdown: @escaping @Sendable () async -> Void = {}
    ) {
        self.name = name
        starting = start
        stopping = shutdown
    }

    /// Runs the first closure.
    package func start() async throws { try await starting() }
    /// Runs the second closure.
    package func shutdown() async { await stopping() }
}
