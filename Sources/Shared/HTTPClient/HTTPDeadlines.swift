import Core

/// How long each part of an exchange may take; nil: without bound.
package struct HTTPDeadlines: Sendable, Equatable {
    /// Name lookup, TCP and TLS together.
    package var connect: Duration
    /// From the start of the request to the end of the answer's headers.
    package var firstByte: Duration?
    /// Between two pieces of the answer, while we are ready to read.
    package var idle: Duration?
    /// From the start of the request to the end of the answer, pauses of the reader included.
    package var total: Duration?

    /// Deadlines that fit a call to an interactive service.
    package init(
        connect: Duration = .seconds(3), firstByte: Duration? = .seconds(10), idle: Duration? = .seconds(10),
        total: Duration? = .seconds(120)
    ) {
        self.connect = connect
        self.firstByte = firstByte
        self.idle = idle
        self.total = total
    }

    /// The deadline that comes next, and the error to end with when it passes.
    ///
    /// Pure, so that it is tested without a clock.
    func next(_ progress: HTTPProgress) -> (at: MonotonicInstant, code: HTTPClientError.Code)? {
        var soonest: (at: MonotonicInstant, code: HTTPClientError.Code)?
        func consider(_ instant: MonotonicInstant?, _ code: HTTPClientError.Code) {
            guard let instant, soonest.map({ instant < $0.at }) ?? true else { return }
            soonest = (instant, code)
        }
        // Of two that pass together the first named here is told.
        if !progress.hasHead {
            consider(firstByte.map { progress.start + $0 }, .firstByteTimeout)
        } else if !progress.isPaused {
            consider(idle.map { progress.lastByte + $0 }, .idleTimeout)
        }
        consider(progress.readDeadline, .timeout)
        consider(total.map { progress.start + $0 }, .timeout)
        return soonest
    }
}

/// How far an exchange is, as far as its deadlines care.
struct HTTPProgress {
    var start: MonotonicInstant
    /// The last time something arrived or reading went on after a pause.
    var lastByte: MonotonicInstant
    var hasHead = false
    /// Whether the reader holds the other side back.
    var isPaused = false
    /// The reader's own bound for the piece it waits for.
    var readDeadline: MonotonicInstant?
}
