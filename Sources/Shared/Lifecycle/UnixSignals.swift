// Dispatch objects may be used from any thread; their Swift overlay on Linux does not say so yet.
@unsafe @preconcurrency import Dispatch
import Glibc
import Synchronization

// DESIGN: The signal handler does the one thing that a handler may do: it writes the signal's number into a pipe
// (man 7 signal-safety). A dispatch source reads the other end and feeds the stream. Unlike a dispatch signal source, this loses no
// signal that comes between the change of the default action and the registration of the source, which happens later on a
// thread of Dispatch.

/// The pipe's writing end.
///
/// Set once before any handler is installed, read inside handlers.
private let signalPipe = Atomic<Int32>(-1)

/// The signals of this process, one element for each time one arrives.
///
/// Creating it takes the signals' default action away for good and may be done once per process, before anything else starts.
package struct UnixSignals: AsyncSequence, Sendable {
    package typealias Element = UnixSignal
    private let stream: AsyncStream<UnixSignal>

    /// Listens to `signals`.
    ///
    /// At most 16 wait to be read; more are dropped, as the system itself merges them.
    package init(_ signals: [UnixSignal]) {
        var ends: [Int32] = [-1, -1]
        // Sound: the array has the two places that pipe fills.
        let made = unsafe pipe(&ends)
        precondition(made == 0, "no pipe can be had at the start of the process")
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        let (reading, writing) = (ends[0], ends[1])
        let isFirst = signalPipe.compareExchange(expected: -1, desired: writing, ordering: .sequentiallyConsistent)
            .exchanged
        precondition(isFirst, "UnixSignals is made once per process")
        let (stream, continuation) = AsyncStream.makeStream(of: UnixSignal.self, bufferingPolicy: .bufferingOldest(16))
        self.stream = stream
        let source = DispatchSource.makeReadSource(fileDescriptor: reading)
        source.setEventHandler {
            var number: UInt8 = 0
            // Sound: one byte is read into a place of one byte.
            while unsafe read(reading, &number, 1) == 1 {
                if let signal = UnixSignal.allCases.first(where: { $0.number == Int32(number) }) {
                    continuation.yield(signal)
                }
            }
        }
        // The stream keeps the source, the source's handler keeps the stream: for the life of the process.
        continuation.onTermination = { _ in source.cancel() }
        source.resume()
        for signal in signals { Self.handle(signal) }
    }

    package func makeAsyncIterator() -> AsyncStream<UnixSignal>.AsyncIterator { stream.makeAsyncIterator() }

    /// Makes a write to a closed socket an error instead of the end of the process.
    package static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }

    private static func handle(_ signal: UnixSignal) {
        var action = sigaction()
        action.sa_flags = SA_RESTART
        unsafe action.__sigaction_handler.sa_handler = { number in
            let interrupted = errno
            var byte = UInt8(truncatingIfNeeded: number)
            // Sound: one byte is written from a place of one byte; a full pipe means that 65,536 signals wait already.
            _ = unsafe write(signalPipe.load(ordering: .relaxed), &byte, 1)
            errno = interrupted
        }
        // Sound: the handler above does only what a signal handler may do.
        let installed = unsafe sigaction(signal.number, &action, nil)
        precondition(installed == 0, "\(signal.name) cannot be handled")
    }
}
