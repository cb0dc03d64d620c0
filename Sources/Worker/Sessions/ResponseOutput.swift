package import Core
package import RealtimeProtocol

/// What a response says, in the order in which it must be said: written steps leave at once, audio leaves paced, and whatever
/// stands behind audio waits for it.
package struct ResponseOutput: Sendable {
    /// One step of the output.
    package enum Step: Sendable, Equatable {
        case openMessage
        case text(String)
        case transcript(String)
        case audio(ArraySlice<UInt8>)
        /// Ready when all audio before it has been heard.
        case closeMessage(ItemStatus)
        case openCall(CallID, name: String)
        case arguments(String)
        case closeCall(ItemStatus)
        case finish(ResponseStatus)
    }

    private var queue: [Step] = []
    private var head = 0
    private let bytesPerSecond: Int
    private let frameBytes: Int
    private let frame: Duration
    private var isMuted = false
    /// Audio that waits to leave.
    package private(set) var queuedBytes = 0
    /// The clock that audio follows.
    package private(set) var pacer: OutputAudioPacer

    /// An empty output whose audio is in `format`.
    package init(format: AudioFormat, settings: SessionSettings) {
        bytesPerSecond = format.sampleRate * format.bytesPerSample
        frame = settings.frame
        frameBytes = max(
            format.bytesPerSample,
            Int(settings.frame.inSeconds * Double(format.sampleRate)) * format.bytesPerSample)
        pacer = OutputAudioPacer(startLead: settings.startLead, steadyLead: settings.steadyLead)
    }

    /// The audio that waits to leave.
    package var queuedAudio: Duration { duration(ofBytes: queuedBytes) }

    /// The time that `count` bytes of this output's format play.
    package func duration(ofBytes count: Int) -> Duration {
        .nanoseconds(Int64(count) * 1_000_000_000 / Int64(bytesPerSecond))
    }

    /// Adds a step at the end.
    package mutating func append(_ step: Step) {
        switch step {
        case .audio(let bytes):
            guard !isMuted, !bytes.isEmpty else { return }
            queuedBytes += bytes.count
        case .transcript where isMuted: return
        default: break
        }
        queue.append(step)
    }

    /// Takes the first step if it may leave now; `holdingAudio`: audio may not.
    package mutating func next(now: MonotonicInstant, holdingAudio: Bool = false) -> Step? {
        guard head < queue.count else { return nil }
        switch queue[head] {
        case .audio(let bytes):
            let length = min(frameBytes, bytes.count)
            guard !holdingAudio, pacer.departure(of: duration(ofBytes: length), now: now) <= now else { return nil }
            pacer.send(duration(ofBytes: length), now: now)
            queuedBytes -= length
            let cut = bytes.startIndex + length
            if cut == bytes.endIndex { pop() } else { queue[head] = .audio(bytes[cut...]) }
            return .audio(bytes[..<cut])
        case .closeMessage:
            if !isMuted, let end = pacer.playoutEnd, end > now { return nil }
            return pop()
        default:
            return pop()
        }
    }

    /// When the first step may leave; nil when nothing waits for the time to come.
    package func wake(now: MonotonicInstant, holdingAudio: Bool = false) -> MonotonicInstant? {
        guard head < queue.count else { return nil }
        return switch queue[head] {
        case .audio where holdingAudio: nil
        case .audio(let bytes): pacer.departure(of: duration(ofBytes: min(frameBytes, bytes.count)), now: now)
        case .closeMessage: isMuted ? now : pacer.playoutEnd ?? now
        default: now
        }
    }

    /// Drops audio and transcript, queued and to come: the client truncated the item that is being spoken.
    package mutating func mute() {
        isMuted = true
        queue = queue[head...].filter { step in
            switch step {
            case .audio, .transcript: false
            default: true
            }
        }
        head = 0
        queuedBytes = 0
    }

    /// Drops everything that has not left.
    package mutating func clear() {
        queue = []
        head = 0
        queuedBytes = 0
    }

    @discardableResult
    private mutating func pop() -> Step {
        let step = queue[head]
        head += 1
        if head == queue.count {
            queue.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 256 {
            queue.removeFirst(head)
            head = 0
        }
        return step
    }
}
