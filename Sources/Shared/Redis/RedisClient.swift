/// Something that answers Redis commands; may be called from any executor.
package protocol RedisClient: Sendable {
    /// The answer to one command; `deadline` nil means the configured one. Throws `RedisError`, also for an error answer.
    func send(_ command: RedisCommand, deadline: Duration?) async throws(RedisError) -> RedisReply

    /// The answers to several commands written at once, in their order; one failure does not touch the others.
    func sendAll(_ commands: [RedisCommand], deadline: Duration?) async -> [Result<RedisReply, RedisError>]

    /// Which process answers; nil while none does.
    func server() async -> RedisServerIdentity?
}

extension RedisClient {
    /// The answer to one command within the configured deadline.
    package func send(_ command: RedisCommand) async throws(RedisError) -> RedisReply {
        try await send(command, deadline: nil)
    }
}

/// One run of one server process.
package struct RedisServerIdentity: Sendable, Hashable {
    /// `run_id` of INFO: different after every restart.
    package let runID: String
    /// How long ago this run was first seen in place of another; nil if it is the first one this process knows.
    package let timeSinceChange: Duration?

    /// An identity with these values.
    package init(runID: String, timeSinceChange: Duration?) {
        self.runID = runID
        self.timeSinceChange = timeSinceChange
    }
}
