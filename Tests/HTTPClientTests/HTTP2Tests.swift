import Core
import EventLoops
import HTTPClient
import TestSupport
import Testing

/// HTTP/2 over TLS, as far as it differs.
@Suite("HTTP/2", .serialized, .tags(.integration), .timeLimit(.minutes(1)))
struct HTTP2Tests {
    private let client: HTTPClient
    private let fake: FakeProvider
    private let front: HTTP2Front
    private let reports: AsyncStream<HTTPExchangeReport>

    init() async throws {
        let plain = try HTTPClient(loop: TestLoop.shared)
        fake = try await FakeProvider.start(client: plain)
        front = try await HTTP2Front.start(upstream: fake)
        let (reports, continuation) = AsyncStream.makeStream(of: HTTPExchangeReport.self)
        self.reports = reports
        client = try HTTPClient(
            loop: TestLoop.shared,
            configuration: HTTPClientConfiguration(
                version: .http2, certificateAuthorities: front.certificate.path, observer: { continuation.yield($0) }))
        try await front.waitUntilReady(client)
    }

    private func speech(
        _ behaviour: String, text: String = "hello", deadlines: HTTPDeadlines = HTTPDeadlines(),
        limits: HTTPLimits = HTTPLimits()
    ) -> HTTPClientRequest {
        let body = #"{"model": "fake?\#(behaviour)", "input": "\#(text)"}"#
        return HTTPClientRequest(
            .post, front.baseURL + "/audio/speech", headers: [HTTPHeader("Content-Type", "application/json")],
            body: Array(body.utf8), deadlines: deadlines, limits: limits)
    }

    @Test("carries requests at once on one connection, without another handshake")
    func multiplexing() async throws {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for length in 1...30 {
                let request = speech("gap_ms=1", text: String(repeating: "a", count: length))
                group.addTask { [client] in
                    try await client.execute(request).body.collect(upTo: .max).count - length * 2880
                }
            }
            for try await difference in group { #expect(difference == 0) }
        }
        var answered: [HTTPExchangeReport] = []
        for await report in reports {
            if report.status != nil { answered.append(report) }
            if answered.count == 31 { break }
        }
        #expect(answered.allSatisfy { $0.httpVersion == 2 })
        #expect(answered.dropFirst().allSatisfy { $0.reusedConnection })
    }

    @Test("aborts a request at once, though HTTP/2 keeps connections")
    func cancel() async throws {
        let request = speech("silence_after=1")
        let task = Task { [client] in try await client.execute(request).body.collect(upTo: .max) }
        _ = try await fake.entry { $0.json["first_at"]?.number != nil }
        task.cancel()
        await #expect(throws: HTTPClientError.self) { try await task.value }
        #expect(try await fake.entry { $0.abortedAt != nil }?.finishedAt == nil)
        #expect(try await client.execute(speech("")).body.collect(upTo: .max).count == 14_400)
    }

    @Test("lets others pass a request that nobody reads, and loses nothing of it")
    func slowReader() async throws {
        let size = 8 << 20
        let response = try await client.execute(
            speech(
                "huge=\(size)", deadlines: HTTPDeadlines(idle: .milliseconds(500)), limits: HTTPLimits(window: 32 << 10)
            ))
        var count = try #require(await response.body.next()).count
        for _ in 0..<5 {
            #expect(try await client.execute(speech("")).body.collect(upTo: .max).count == 14_400)
        }
        try await Task.sleep(for: .milliseconds(700))
        while let bytes = try await response.body.next() { count += bytes.count }
        #expect(count == size)
    }

    @Test("names a stream that is cut, and one that falls silent")
    func faults() async throws {
        let deadlines = HTTPDeadlines(firstByte: .seconds(2), idle: .milliseconds(300))
        for (behaviour, code) in [("cut_after=1", HTTPClientError.Code.truncated), ("silence_after=1", .idleTimeout)] {
            let error = await #expect(throws: HTTPClientError.self) {
                _ = try await client.execute(speech(behaviour, deadlines: deadlines)).body.collect(upTo: .max)
            }
            #expect(error?.code == code)
        }
    }
}
