import Core
import Testing

@testable import HTTPClient

@Suite("Deadlines of an exchange")
struct HTTPDeadlinesTests {
    private let deadlines = HTTPDeadlines(firstByte: .seconds(10), idle: .seconds(2), total: .seconds(60))
    private func second(_ seconds: Int) -> MonotonicInstant { .zero + .seconds(seconds) }

    private func next(_ deadlines: HTTPDeadlines, _ progress: HTTPProgress) -> (Int, HTTPClientError.Code)? {
        deadlines.next(progress).map { (Int(($0.at - .zero).inSeconds), $0.code) }
    }

    @Test("wait for the head first, then between pieces, and for the whole")
    func phases() throws {
        var progress = HTTPProgress(start: second(5), lastByte: second(5))
        #expect(try #require(next(deadlines, progress)) == (15, .firstByteTimeout))
        progress.hasHead = true
        progress.lastByte = second(9)
        #expect(try #require(next(deadlines, progress)) == (11, .idleTimeout))
        progress.lastByte = second(64)
        #expect(try #require(next(deadlines, progress)) == (65, .timeout))
    }

    @Test("do not count silence while the reader holds the sender back")
    func paused() throws {
        let progress = HTTPProgress(start: second(0), lastByte: second(1), hasHead: true, isPaused: true)
        #expect(try #require(next(deadlines, progress)) == (60, .timeout))
    }

    @Test("keep the reader's own bound")
    func readDeadline() throws {
        let progress = HTTPProgress(start: second(0), lastByte: second(0), hasHead: true, readDeadline: second(1))
        #expect(try #require(next(deadlines, progress)) == (1, .timeout))
    }

    @Test("may be absent")
    func none() {
        let unbounded = HTTPDeadlines(firstByte: nil, idle: nil, total: nil)
        #expect(next(unbounded, HTTPProgress(start: second(0), lastByte: second(0))) == nil)
    }
}
