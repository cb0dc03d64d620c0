import Cryptography
import Redis

extension TenancyError {
    /// When a client is told to come back while the store is away.
    static let storeRetry = Duration.seconds(2)

    /// What a failed command means to the caller.
    init(_ error: RedisError) {
        if error.isOutage {
            self.init(.storeUnavailable, retryAfter: Self.storeRetry, underlying: error.description)
        } else {
            self.init(.internal, underlying: error.description)
        }
    }

    /// What a failed primitive means to the caller.
    init(_ error: CryptographyError) { self.init(.internal, underlying: error.description) }

    /// A record or answer that is not as we wrote it.
    static func unreadable(_ what: StaticString) -> TenancyError {
        TenancyError(.internal, underlying: "unreadable \(what)")
    }
}

extension RedisClient {
    /// `send`, with the module's error.
    func ask(_ command: RedisCommand, deadline: Duration? = nil) async throws(TenancyError) -> RedisReply {
        do { return try await send(command, deadline: deadline) } catch { throw TenancyError(error) }
    }
}

extension RedisScript {
    /// `run`, with the module's error.
    func ask(
        _ client: some RedisClient, keys: [RedisKey], arguments: [String], deadline: Duration? = nil
    ) async throws(TenancyError) -> RedisReply {
        do { return try await run(on: client, keys: keys, arguments: arguments, deadline: deadline) } catch {
            throw TenancyError(error)
        }
    }
}
