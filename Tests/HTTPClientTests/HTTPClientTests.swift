import Core
import EventLoops
import HTTPClient
import TestSupport
import Testing

/// Real sockets on loopback against the wire-level fake.
@Suite("HTTP client", .tags(.integration), .timeLimit(.minutes(1)))
struct HTTPClientTests {
    private static let loop = TestLoop.shared
    private let client: HTTPClient
    private let fake: FakeProvider

    init() async throws {
        client = try HTTPClient(loop: Self.loop)
        fake = try await FakeProvider.start(client: client)
    }

    private func speech(
        _ behaviour: String, text: String = "hello", deadlines: HTTPDeadlines = HTTPDeadlines(),
        limits: HTTPLimits = HTTPLimits()
    ) -> HTTPClientRequest {
        let body = #"{"model": "fake?\#(behaviour)", "input": "\#(text)"}"#
        return HTTPClientRequest(
            .post, fake.baseURL + "/audio/speech", headers: [HTTPHeader("Content-Type", "application/json")],
            body: Array(body.utf8), deadlines: deadlines, limits: limits)
    }

    private func failure(_ request: HTTPClientRequest) async -> HTTPClientError.Code? {
        do throws(HTTPClientError) {
            let response = try await client.execute(request)
            _ = try await response.body.collect(upTo: .max)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("sends a body and reads status, headers and a chunked body")
    func exchange() async throws {
        let response = try await client.execute(speech("chunk_bytes=999"))
        #expect(response.status == 200)
        #expect(response.headers["Content-Type"] == "audio/pcm")
        #expect(try await response.body.collect(upTo: .max).count == 5 * 60 * 24 * 2)
        #expect(try await response.body.next() == nil, "the end can be read again")
    }

    @Test("gives an error status as an answer, not as an error")
    func errorStatus() async throws {
        let response = try await client.execute(speech("status=429&retry_after=3"))
        #expect(response.status == 429)
        #expect(response.headers["retry-after"] == "3")
    }

    @Test("keeps a connection for the next request")
    func reuse() async throws {
        for _ in 0..<3 { _ = try await client.execute(speech("")).body.collect(upTo: .max) }
        let entries = try await fake.log()
        #expect(entries.count == 3)
        #expect(Set(entries.map(\.connection)).count == 1)
    }

    @Test("uses a fresh connection when the kept one was closed by the server")
    func staleConnection() async throws {
        _ = try await client.execute(speech("keep_alive=false")).body.collect(upTo: .max)
        #expect(await failure(speech("")) == nil)
    }

    @Test("names each fault of the other side")
    func faults() async {
        let deadlines = HTTPDeadlines(firstByte: .milliseconds(80), idle: .milliseconds(80), total: .seconds(5))
        #expect(await failure(speech("cut_after=1")) == .truncated)
        #expect(await failure(speech("silent=true", deadlines: deadlines)) == .firstByteTimeout)
        #expect(await failure(speech("silence_after=0", deadlines: deadlines)) == .idleTimeout)
        #expect(await failure(speech("silence_after=1", deadlines: deadlines)) == .idleTimeout)
        let slow = HTTPDeadlines(firstByte: .seconds(5), idle: .seconds(5), total: .milliseconds(100))
        #expect(await failure(speech("gap_ms=30&chunk_bytes=100", deadlines: slow)) == .timeout)
        #expect(await failure(speech("huge=300000", limits: HTTPLimits(bodyBytes: 100_000))) == .tooLarge)
        #expect(await failure(speech("", limits: HTTPLimits(headerBytes: 20))) == .tooLarge)
    }

    @Test("names what keeps it from connecting")
    func unreachable() async {
        // Port 9 (discard) is closed on loopback; the top-level domain is reserved (RFC 6761).
        #expect(await failure(HTTPClientRequest(.get, "http://127.0.0.1:9/")) == .connectFailed)
        #expect(await failure(HTTPClientRequest(.get, "http://nowhere.invalid/")) == .unknownHost)
        #expect(await failure(HTTPClientRequest(.get, "file:///etc/passwd")) == .invalidURL)
        #expect(await failure(HTTPClientRequest(.get, "http://")) == .invalidURL)
        #expect(
            await failure(HTTPClientRequest(.get, fake.baseURL, headers: [HTTPHeader("A", "b\r\nc")])) == .invalidHeader
        )
    }

    @Test("speaks TLS to those whom it trusts, and to nobody else")
    func tls() async throws {
        let certificate = try await TestCertificate.make()
        let trusting = try HTTPClient(
            loop: Self.loop, configuration: HTTPClientConfiguration(certificateAuthorities: certificate.path))
        let secure = try await FakeProvider.start(client: trusting, certificate: certificate)
        #expect(await failure(HTTPClientRequest(.get, secure.baseURL + "/models")) == .tlsFailed)
        let response = try await trusting.execute(HTTPClientRequest(.get, secure.baseURL + "/models"))
        #expect(response.status == 200)
    }

    @Test("a cancelled task closes its connection while the answer streams")
    func cancelStreaming() async throws {
        let request = speech("gap_ms=20&chunk_bytes=480", text: String(repeating: "long ", count: 40))
        let task = Task { [client] in
            let response = try await client.execute(request)
            _ = try await response.body.next()
            _ = try await response.body.collect(upTo: .max)
        }
        _ = try await fake.entry { $0.json["first_at"]?.number != nil }
        let cancelledAt = FakeProvider.now
        task.cancel()
        let error = await #expect(throws: HTTPClientError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        let entry = try #require(await fake.entry { $0.abortedAt != nil })
        #expect(entry.finishedAt == nil)
        let delay = try #require(entry.abortedAt) - cancelledAt
        Attachment.record("the abort was seen after \(delay * 1000) ms", named: "abort.txt")
    }

    @Test("a cancelled task closes its connection while it waits for the head")
    func cancelWaiting() async throws {
        let request = speech("silent=true")
        let task = Task { [client] in _ = try await client.execute(request) }
        _ = try await fake.entry { _ in true }
        task.cancel()
        let error = await #expect(throws: HTTPClientError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(try await fake.entry { $0.abortedAt != nil } != nil)
    }

    @Test("dropping the response ends the exchange")
    func dropped() async throws {
        do {
            let response = try await client.execute(speech("silence_after=1"))
            #expect(response.status == 200)
        }
        #expect(try await fake.entry { $0.abortedAt != nil } != nil)
    }

    @Test("cancelling ends the exchange of a scope that is busy elsewhere")
    func cancelScope() async throws {
        let request = speech("silence_after=1")
        let task = Task { [client, fake] in
            try await client.withResponse(to: request, failure: { $0 as any Error }) { response in
                #expect(response.status == 200)
                _ = try await fake.entry { $0.abortedAt != nil }
            }
        }
        _ = try await fake.entry { $0.json["first_at"]?.number != nil }
        task.cancel()
        _ = await task.result
        #expect(try await fake.entry { $0.abortedAt != nil } != nil)
    }

    @Test("holds the sender back while nobody reads, and loses nothing")
    func backPressure() async throws {
        // 8 MiB: more than the window and the socket buffers of both sides.
        let size = 8 << 20
        let deadlines = HTTPDeadlines(idle: .milliseconds(200))
        let response = try await client.execute(
            speech("huge=\(size)", deadlines: deadlines, limits: HTTPLimits(window: 32 << 10)))
        let first = try #require(await response.body.next())
        try await Task.sleep(for: .milliseconds(400))
        #expect(try await fake.log().last?.finishedAt == nil, "the sender could not have been held back")
        #expect(try await response.body.collect(upTo: .max).count + first.count == size)
    }

    @Test("a read of its own bound fails when it passes")
    func readDeadline() async throws {
        let response = try await client.execute(speech("silence_after=0"))
        let error = await #expect(throws: HTTPClientError.self) {
            _ = try await response.body.next(before: Self.loop.now + .milliseconds(50))
        }
        #expect(error?.code == .timeout)
    }

    @Test("many requests at once all end, each with its own answer")
    func parallel() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for length in 1...60 {
                let request = speech("gap_ms=1", text: String(repeating: "a", count: length))
                group.addTask { [client] in
                    try await client.execute(request).body.collect(upTo: .max).count == length * 60 * 48
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test("close ends what runs and refuses what comes")
    func close() async throws {
        let request = speech("silent=true")
        let other = try HTTPClient(loop: Self.loop)
        let task = Task { _ = try await other.execute(request) }
        _ = try await fake.entry { _ in true }
        await other.close()
        let running = await #expect(throws: HTTPClientError.self) { try await task.value }
        #expect(running?.code == .clientClosed)
        let late = await #expect(throws: HTTPClientError.self) { _ = try await other.execute(request) }
        #expect(late?.code == .clientClosed)
    }

    @Test("tells what each exchange took")
    func observer() async throws {
        let (reports, continuation) = AsyncStream.makeStream(of: HTTPExchangeReport.self)
        let observed = try HTTPClient(
            loop: Self.loop, configuration: HTTPClientConfiguration(observer: { continuation.yield($0) }))
        for _ in 0..<2 { _ = try await observed.execute(speech("first_delay_ms=20")).body.collect(upTo: .max) }
        var iterator = reports.makeAsyncIterator()
        let first = try #require(await iterator.next())
        let second = try #require(await iterator.next())
        #expect(first.status == 200 && first.failure == nil && first.httpVersion == 1)
        #expect(!first.reusedConnection && first.connect > .zero)
        #expect(second.reusedConnection)
        #expect(second.total >= .milliseconds(20))
        #expect(second.bodyBytes == 14400)
    }
}

extension Tag {
    @Tag static var integration: Self
}
