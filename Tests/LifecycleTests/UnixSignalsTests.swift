import Glibc
import Lifecycle
import Testing

@Suite("Unix signals", .serialized, .timeLimit(.minutes(1)))
struct UnixSignalsTests {
    @Test("a signal sent to the process arrives as an element instead of ending it")
    func arrives() async {
        // In a process of its own: the handlers stay for the life of a process.
        await #expect(processExitsWith: .exitCode(7)) {
            var signals = UnixSignals([.terminate, .interrupt]).makeAsyncIterator()
            kill(getpid(), SIGINT)
            let first = await signals.next()
            kill(getpid(), SIGTERM)
            let second = await signals.next()
            exit(first == .interrupt && second == .terminate ? 7 : 1)
        }
    }

    @Test("writing to a closed pipe is an error and not the end")
    func brokenPipe() async {
        await #expect(processExitsWith: .exitCode(7)) {
            UnixSignals.ignoreBrokenPipes()
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { exit(1) }
            close(ends[0])
            let written = write(ends[1], "x", 1)
            exit(written == -1 && errno == EPIPE ? 7 : 1)
        }
    }
}
