package import Core

/// The body of one answer, read piece by piece; what is not read holds the sender back.
///
/// Whoever drops the last reference before the end abandons the exchange, which closes the connection.
package final class HTTPResponseBody: Sendable {
    private let client: HTTPClient
    private let id: UInt64

    init(client: HTTPClient, id: UInt64) {
        self.client = client
        self.id = id
    }

    deinit { client.abandon(id) }

    /// All bytes that have arrived, waiting for some if there are none; nil at the end.
    ///
    /// One reader at a time. `deadline` is the latest instant on the loop's clock to wait for; past it the exchange ends with
    /// `timeout`.
    package func next(before deadline: MonotonicInstant? = nil) async throws(HTTPClientError) -> [UInt8]? {
        try await client.nextBytes(of: id, before: deadline)
    }

    /// The whole rest of the body; throws `tooLarge` past `limit` bytes.
    package func collect(upTo limit: Int) async throws(HTTPClientError) -> [UInt8] {
        var all: [UInt8] = []
        while let bytes = try await next() {
            guard all.count + bytes.count <= limit else {
                cancel()
                throw HTTPClientError(.tooLarge)
            }
            all += bytes
        }
        return all
    }

    /// Ends the exchange at once.
    ///
    /// May be called from any thread; a reader that waits gets `cancelled`.
    package func cancel() { client.abandon(id) }
}
