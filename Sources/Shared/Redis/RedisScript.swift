import Cryptography

/// A Lua script, called by its digest; sent as text only when the server does not know it.
package struct RedisScript: Sendable {
    /// For logs.
    package let name: String
    private let source: String
    private let digest: String

    /// A script with this text.
    package init(name: String, _ source: String) {
        self.name = name
        self.source = source
        digest = SHA1.digest(Array(source.utf8))
            .map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// One call of a script.
    package struct Call: Sendable {
        let keys: [RedisKey]
        let arguments: [String]

        /// A call with these keys and arguments.
        package init(keys: [RedisKey], arguments: [String]) {
            self.keys = keys
            self.arguments = arguments
        }
    }

    /// Runs the script once.
    ///
    /// Throws `RedisError`.
    package func run(
        on client: some RedisClient, keys: [RedisKey], arguments: [String], deadline: Duration? = nil
    ) async throws(RedisError) -> RedisReply {
        let call = Call(keys: keys, arguments: arguments)
        do {
            return try await client.send(command(for: call, byDigest: true), deadline: deadline)
        } catch  where error.code == .noScript {
            return try await client.send(command(for: call, byDigest: false), deadline: deadline)
        }
    }

    /// Runs the script for each call, all written at once; answers in their order.
    package func runAll(
        on client: some RedisClient, _ calls: [Call], deadline: Duration? = nil
    ) async -> [Result<RedisReply, RedisError>] {
        var results = await client.sendAll(calls.map { command(for: $0, byDigest: true) }, deadline: deadline)
        let unknown = results.indices.filter {
            if case .failure(let e) = results[$0] { e.code == .noScript } else { false }
        }
        guard !unknown.isEmpty else { return results }
        let again = await client.sendAll(unknown.map { command(for: calls[$0], byDigest: false) }, deadline: deadline)
        for (index, result) in zip(unknown, again) { results[index] = result }
        return results
    }

    private func command(for call: Call, byDigest: Bool) -> RedisCommand {
        var command = RedisCommand(byDigest ? "EVALSHA" : "EVAL", byDigest ? digest : source, String(call.keys.count))
        command.append(call.keys.lazy.map(\.name))
        command.append(call.arguments)
        return command
    }
}
