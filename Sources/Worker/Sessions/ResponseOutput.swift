package import Audio
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
        /// A comfort phrase of these words; ready when its audio, which follows, is.
        case phrase(String)
        /// Audio of a comfort phrase.
        case phraseAudio(ArraySlice<UInt8>)
        /// A frame of the typing sound; never queued, made when nothing else is to be heard.
        case typing([UInt8])
        /// Ready when all speech before it has been heard.
        case closeMessage(ItemStatus)
        case openCall(CallID, name: String)
        case arguments(String)
        case closeCall(ItemStatus)
        case finish(ResponseStatus)
    }

    private var queue: [Step] = []
    private var head = 0
    private let format: AudioFormat
    private let bytesPerSample: Int
    private let bytesPerSecond: Int
    private let frameBytes: Int
    private let frame: Duration
    /// Whether nothing more of it is to be heard.
    package private(set) var isMuted = false
    private var typing: TypingPlayer
    /// When all speech that was sent, phrases included, will have been heard; nil if none was.
    private var speechEnd: MonotonicInstant?
    /// Audio that waits to leave, without `remainder`.
    package private(set) var queuedBytes = 0
    /// Speech that is less than a frame: it waits for the speech that follows, so that only the last frame of an item is short.
    private var remainder: [UInt8] = []
    /// The clock that audio follows.
    package private(set) var pacer: OutputAudioPacer

    /// An empty output whose audio is in `format`, cut into frames of `frame`.
    package init(format: AudioFormat, frame: Duration, leads: OutputSettings) {
        self.format = format
        typing = TypingPlayer(format: format)
        bytesPerSample = format.bytesPerSample
        bytesPerSecond = format.sampleRate * format.bytesPerSample
        self.frame = frame
        frameBytes = max(
            format.bytesPerSample,
            Int(frame.inSeconds * Double(format.sampleRate)) * format.bytesPerSample)
        pacer = OutputAudioPacer(startLead: leads.startLead, steadyLead: leads.steadyLead)
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
            guard !isMuted else { return }
            return appendSpeech(bytes)
        case .phraseAudio(let bytes):
            guard !isMuted, !bytes.isEmpty else { return }
            queuedBytes += bytes.count
        case .transcript where isMuted, .phrase where isMuted: return
        case .closeMessage, .finish: enqueueRemainder()
        default: break
        }
        queue.append(step)
    }

    /// Adds the whole frames of `bytes`, after what was left before them, and keeps what is left now.
    private mutating func appendSpeech(_ bytes: ArraySlice<UInt8>) {
        var bytes = bytes
        if !remainder.isEmpty {
            let missing = bytes.prefix(frameBytes - remainder.count)
            remainder += missing
            bytes = bytes.dropFirst(missing.count)
            guard remainder.count == frameBytes else { return }
            enqueueRemainder()
        }
        let whole = bytes.count - bytes.count % frameBytes
        enqueue(bytes.prefix(whole))
        remainder = Array(bytes.dropFirst(whole))
    }

    private mutating func enqueueRemainder() {
        enqueue(remainder[...])
        remainder = []
    }

    private mutating func enqueue(_ speech: ArraySlice<UInt8>) {
        guard !speech.isEmpty else { return }
        queuedBytes += speech.count
        queue.append(.audio(speech))
    }

    /// Lets comfort audio follow: speech that is less than a frame is filled up with silence.
    ///
    /// - Returns: the time that the speech becomes longer; nil if it ends with a whole frame.
    package mutating func fillRemainder() -> Duration? {
        guard !remainder.isEmpty else { return nil }
        let silence = self.silence(after: remainder.count)
        remainder += silence
        enqueueRemainder()
        return duration(ofBytes: silence.count)
    }

    /// `audio` and the silence that makes its last frame a whole one.
    package func filled(_ audio: [UInt8]) -> [UInt8] { audio + silence(after: audio.count) }

    private func silence(after count: Int) -> [UInt8] {
        let missing = (frameBytes - count % frameBytes) % frameBytes
        return format.encoded([Int16](repeating: 0, count: missing / bytesPerSample))
    }

    /// Takes the first step if it may leave now; `holdingAudio`: audio may not.
    package mutating func next(now: MonotonicInstant, holdingAudio: Bool = false) -> Step? {
        guard head < queue.count else { return typed(now, holdingAudio) }
        switch queue[head] {
        case .audio(let bytes):
            guard let sent = depart(bytes, now, holdingAudio) else { return nil }
            advance(to: sent.count, of: bytes) { .audio($0) }
            return .audio(sent)
        case .phrase:
            guard !holdingAudio, pacer.departure(of: frame, now: now) <= now else { return nil }
            return pop()
        case .phraseAudio(let bytes):
            guard let sent = depart(bytes, now, holdingAudio) else { return nil }
            advance(to: sent.count, of: bytes) { .phraseAudio($0) }
            return .phraseAudio(sent)
        case .closeMessage:
            if isFadingAway(holdingAudio) {
                typing.fade()
                if let step = typed(now, holdingAudio) { return step }
                guard !typing.isSounding else { return nil }
            }
            if !isMuted, let end = speechEnd, end > now { return nil }
            typing.stop()
            return pop()
        default:
            return pop()
        }
    }

    /// When the first step may leave; nil when nothing waits for the time to come.
    package func wake(now: MonotonicInstant, holdingAudio: Bool = false) -> MonotonicInstant? {
        guard head < queue.count else {
            return typing.isSounding && !holdingAudio ? typingDeparture(now) : nil
        }
        return switch queue[head] {
        case .audio where holdingAudio, .phrase where holdingAudio, .phraseAudio where holdingAudio: nil
        case .phrase: pacer.departure(of: frame, now: now)
        case .audio(let bytes), .phraseAudio(let bytes):
            pacer.departure(of: duration(ofBytes: min(frameBytes, bytes.count)), now: now)
        case .closeMessage where isFadingAway(holdingAudio): typingDeparture(now)
        case .closeMessage: isMuted ? now : speechEnd ?? now
        default: now
        }
    }

    // MARK: The typing sound

    /// Whether nothing waits to leave.
    package var isEmpty: Bool { head == queue.count }
    /// Whether speech was sent, phrases included.
    package var hasSpoken: Bool { speechEnd != nil }
    /// Whether something of the typing sound is to be heard, if only its end.
    package var hasTyping: Bool { typing.isSounding }
    /// Whether the typing sound goes on.
    package var isTyping: Bool { typing.isPlaying }
    /// Where the typing sound goes on the next time.
    package var typingPosition: Int { typing.position }

    /// Types from `position` on whenever nothing else is to be heard, until speech comes or `fadeTyping` is called.
    package mutating func startTyping(_ sound: TypingLoop, at position: Int, volume: Double) {
        guard !isMuted else { return }
        typing.start(sound, at: position, volume: volume)
    }

    /// Lets the typing sound die away.
    package mutating func fadeTyping() { typing.fade() }

    /// When the next frame of the typing sound may leave: the less of it is ahead, the sooner an answer is heard.
    ///
    /// It keeps the steady lead, or `OutputAudioPacer.comfortLead` where that is less.
    private func typingDeparture(_ now: MonotonicInstant) -> MonotonicInstant {
        pacer.departure(of: frame, now: now, isComfort: true)
    }

    /// The next frame of the typing sound, if there is one and its time has come.
    private mutating func typed(_ now: MonotonicInstant, _ holdingAudio: Bool) -> Step? {
        guard typing.isSounding, !holdingAudio, typingDeparture(now) <= now else { return nil }
        pacer.send(frame, now: now)
        return .typing(typing.frame(frameBytes / bytesPerSample))
    }

    /// Whether the end of a message waits for the typing sound to die away.
    private func isFadingAway(_ holdingAudio: Bool) -> Bool { typing.isSounding && !isMuted && !holdingAudio }

    /// The beginning of `bytes` that leaves now, with what is left of the typing sound under it; nil if none may.
    private mutating func depart(
        _ bytes: ArraySlice<UInt8>, _ now: MonotonicInstant, _ holdingAudio: Bool
    ) -> ArraySlice<UInt8>? {
        let length = min(frameBytes, bytes.count)
        guard !holdingAudio, pacer.departure(of: duration(ofBytes: length), now: now) <= now else { return nil }
        pacer.send(duration(ofBytes: length), now: now)
        speechEnd = pacer.playoutEnd
        let sent = bytes.prefix(length)
        guard typing.isSounding else { return sent }
        typing.fade()
        defer {
            // Nothing may follow what is shorter than a frame.
            if length < frameBytes { typing.stop() }
        }
        return typing.mixed(with: sent)
    }

    /// The first step is audio of which so many bytes have left; what remains becomes the first step.
    private mutating func advance(to length: Int, of bytes: ArraySlice<UInt8>, _ rest: (ArraySlice<UInt8>) -> Step) {
        queuedBytes -= length
        if length == bytes.count { pop() } else { queue[head] = rest(bytes.dropFirst(length)) }
    }

    /// Drops the phrase that waits to be said; false when there is none, or it has begun.
    package mutating func dropPhrase() -> Bool {
        guard let begin = queue[head...].firstIndex(where: { if case .phrase = $0 { true } else { false } }) else {
            return false
        }
        queue.remove(at: begin)
        while begin < queue.count, case .phraseAudio(let bytes) = queue[begin] {
            queuedBytes -= bytes.count
            queue.remove(at: begin)
        }
        return true
    }

    /// Drops audio and transcript, queued and to come: the client truncated the item that is being spoken.
    package mutating func mute() {
        isMuted = true
        typing.stop()
        queue = queue[head...].filter { step in
            switch step {
            case .audio, .transcript, .phrase, .phraseAudio: false
            default: true
            }
        }
        head = 0
        queuedBytes = 0
        remainder = []
    }

    /// Drops everything that has not left.
    package mutating func clear() {
        typing.stop()
        queue = []
        head = 0
        queuedBytes = 0
        remainder = []
    }

    @discardableResult
    private mutating func pop() -> Step {
        let step = queue[head]
        // What has left is not held until the queue is tidied.
        queue[head] = .openMessage
        head += 1
        if head == queue.count {
            queue.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 256, head * 2 > queue.count {
            queue.removeFirst(head)
            head = 0
        }
        return step
    }
}
