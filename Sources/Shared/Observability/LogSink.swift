import Dispatch
import Glibc
import Synchronization

// DESIGN: A line is handed over under a lock and written by a dispatch queue, so that the event loop never waits for whoever
// reads standard error. At most one block is queued: the one that writes everything pending, again until nothing is. When the
// reader is slow the buffer fills up to its bound; lines that do not fit are dropped and counted, and the count is the
// first thing written when there is room again.

/// Writes whole lines to a file descriptor, from any thread, without ever waiting for it.
package final class LogSink: Sendable {
    private struct State {
        var pending: [UInt8] = []
        var dropped = 0
        var isScheduled = false
    }

    private let state = Mutex(State())
    private let capacity: Int
    private let droppedLine: @Sendable (Int) -> [UInt8]
    private let write: @Sendable (Span<UInt8>) -> Void
    private let queue = DispatchQueue(label: "antiphon.log", qos: .utility)

    /// Lines lost since the start because nobody read them in time.
    private let lost = Atomic<Int>(0)

    /// A sink.
    /// - Parameters:
    ///   - capacity: bytes that may wait; at least as long as any line.
    ///   - droppedLine: makes the line that tells how many were dropped.
    ///   - write: writes all bytes, blocking; called on one thread at a time.
    package init(
        capacity: Int = 1 << 20, droppedLine: @escaping @Sendable (Int) -> [UInt8],
        write: @escaping @Sendable (Span<UInt8>) -> Void
    ) {
        self.capacity = capacity
        self.droppedLine = droppedLine
        self.write = write
    }

    /// How many lines were dropped.
    package var droppedLines: Int { lost.load(ordering: .relaxed) }

    /// Queues one line, its line end included; drops it when the buffer is full.
    package func append(_ line: [UInt8]) {
        let mustSchedule = state.withLock { state -> Bool in
            guard state.pending.count + line.count <= capacity else {
                state.dropped += 1
                lost.add(1, ordering: .relaxed)
                return false
            }
            state.pending.append(contentsOf: line)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if mustSchedule { queue.async { self.drain() } }
    }

    /// Waits until everything queued so far is written; for the end of a process.
    package func flush() { queue.sync { drain() } }

    private func drain() {
        while true {
            let (bytes, dropped) = state.withLock { state -> ([UInt8], Int) in
                defer {
                    state.pending.removeAll(keepingCapacity: false)
                    state.dropped = 0
                }
                if state.pending.isEmpty && state.dropped == 0 { state.isScheduled = false }
                return (state.pending, state.dropped)
            }
            if bytes.isEmpty && dropped == 0 { return }
            write(bytes.span)
            if dropped > 0 { write(droppedLine(dropped).span) }
        }
    }

    /// Writes to a descriptor until all is out or it fails; a closed reader is not our fault to report.
    package static func writing(to descriptor: Int32) -> @Sendable (Span<UInt8>) -> Void {
        { bytes in
            // Sound: the buffer is only read, inside the closure, below its count.
            unsafe bytes.withUnsafeBytes { buffer in
                var offset = 0
                while offset < buffer.count, let start = buffer.baseAddress {
                    let written = unsafe Glibc.write(descriptor, start + offset, buffer.count - offset)
                    if written > 0 {
                        offset += written
                    } else if written < 0 && errno == EAGAIN {
                        var readiness = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                        _ = unsafe poll(&readiness, 1, -1)
                    } else if !(written < 0 && errno == EINTR) {
                        return
                    }
                }
            }
        }
    }
}
