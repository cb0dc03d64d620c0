import TestSupport
import Testing

@testable import HTTPClient

/// Readers that come after the end: nothing of an exchange resumes them any more.
@Suite("An exchange that is over") struct HTTPTransferTests {
    private func transfer(_ result: Result<Void, HTTPClientError>) throws -> HTTPTransfer {
        let transfer = try HTTPTransfer(
            id: 1, request: HTTPClientRequest(.get, "http://127.0.0.1/"), configuration: HTTPClientConfiguration(),
            trust: HTTPTrust(authorities: CertificateStore(path: nil), sessions: CurlSharedSessions()),
            loop: VirtualTimeLoop())
        transfer.finish(result)
        return transfer
    }

    @Test("tells whoever waits for its body how it ended")
    func body() async throws {
        let cancelled = try transfer(.failure(HTTPClientError(.cancelled)))
        let answer = await withCheckedContinuation { #expect(cancelled.waitForBody($0)) }
        #expect(throws: HTTPClientError.self) { try answer.get() }
        let complete = try transfer(.success(()))
        let end = await withCheckedContinuation { #expect(complete.waitForBody($0)) }
        #expect(try end.get() == nil)
    }

    @Test("tells whoever waits for its head, also when it never had one")
    func head() async throws {
        for result in [Result<Void, HTTPClientError>.success(()), .failure(HTTPClientError(.cancelled))] {
            let over = try transfer(result)
            let answer = await withCheckedContinuation { over.waitForHead($0) }
            #expect(throws: HTTPClientError.self) { try answer.get() }
        }
    }
}
