import Core
import RealtimeProtocol

/// Speech of the user that came while an answer was under way and of which the client was told nothing yet.
///
/// DESIGN. Clients throw their audio away on `speech_started`, so that event waits until the speech is known to interrupt. Until
/// then it is weighed: the answer is ducked, and at `decisionTime` at the latest it is over or back at full volume. Speech that
/// was dismissed can still interrupt while it goes on. It ends as a turn of the user (announced, or committed without a word about
/// speech where nothing may interrupt) or as nothing at all.
struct PendingInterruption: Sendable {
    /// What shall be done.
    enum Verdict: Equatable {
        /// The user has the floor.
        case interrupt
        /// The answer goes on as if nothing had been.
        case dismiss
        /// Nothing is decided; the answer is ducked meanwhile.
        case weigh
        /// The speech does not touch the answer.
        case leave
    }

    /// What the verdict depends on besides the speech itself.
    struct Circumstances {
        var now: MonotonicInstant
        /// All audio of the session so far.
        var position: Duration
        var settings: InterruptionSettings
        /// Whether any speech interrupts.
        var isAllowed: Bool
        /// Until when the answer's beginning is protected; nil: it is not.
        var protectedUntil: MonotonicInstant?
        /// Whether a tool of the server is at work, which noise shall not end: its effect may not be to be had again.
        var isToolRunning = false
        var isProtected: Bool { !isAllowed || protectedUntil.map { now < $0 } ?? false }
    }

    /// The item that it becomes if it is a turn.
    let itemID: ItemID
    /// Where its audio begins, prefix padding included.
    let start: Duration
    /// Where the speech itself begins.
    let onset: Duration
    /// Until when it may be the answer's own echo; nil: it is not.
    let guardedUntil: MonotonicInstant?
    /// When the user began to speak.
    private(set) var began: MonotonicInstant
    /// Where the user began to speak without a pause worth the name.
    private var runStart: Duration
    /// Where the pause began in which the user is.
    private(set) var pausedAt: Duration?
    /// Where the detector found the end of speech.
    private(set) var endedAt: Duration?
    /// Whether the pause in which the user is began while nothing could interrupt.
    private var isSheltered = false
    /// Whether the answer is back at full volume.
    var isDismissed = false
    /// When the timer fires that was set for it.
    var timer: MonotonicInstant?
    /// The answer's own words, which do not count where its echo may be heard.
    private var echo: Set<String> = []
    private var answer = GrowingWords()
    /// What the words heard so far mean.
    private(set) var words = InterruptionWords.Meaning()
    private var heard: HeardWords?

    /// A pause from which speech counts anew: longer than those between words and within them.
    private static let breath = Duration.milliseconds(200)
    /// Longer than "mm-hmm" and "okay, right" take: where words decide, unknown ones do from here on.
    private static let longestListening = Duration.milliseconds(700)

    /// Speech that began at `onset` of the session's audio, of which `position` has come by `now`.
    init(
        itemID: ItemID, start: Duration, onset: Duration, position: Duration, now: MonotonicInstant,
        guardedUntil: MonotonicInstant?
    ) {
        self.itemID = itemID
        self.start = start
        self.onset = onset
        self.guardedUntil = guardedUntil
        runStart = onset
        began = now - max(.zero, position - onset)
    }

    /// The turn that it becomes.
    func turn(isSpeech: Bool) -> SessionStateMachine.Turn {
        SessionStateMachine.Turn(
            itemID: itemID, start: start, isSpeech: isSpeech, speechStart: onset,
            pause: isSpeech ? pausedAt.map { TurnPause(start: $0) } : nil)
    }

    /// Whether sound comes from the user at this moment.
    var isSpeaking: Bool { pausedAt == nil && endedAt == nil }

    /// Takes the answer's words so far: these words do not count while its echo may be heard.
    mutating func answerSaid(_ text: String) {
        guard guardedUntil != nil else { return }
        let known = answer.update(text)
        echo.formUnion(answer.words[known...])
    }

    /// Takes the user's words so far.
    mutating func hear(_ text: String, isGrowing: Bool, language: String?) {
        if heard == nil { heard = HeardWords(InterruptionWords.of(language)) }
        if let meaning = heard?.hear(text, isGrowing: isGrowing, without: echo) { words = meaning }
    }

    mutating func pause(at position: Duration, _ seen: Circumstances) {
        guard isSpeaking else { return }
        pausedAt = position
        isSheltered = seen.isProtected
    }

    /// Speech after a pause; a long one opens the decision anew.
    mutating func resume(at position: Duration, of all: Duration, now: MonotonicInstant) {
        guard let paused = pausedAt else { return }
        pausedAt = nil
        isSheltered = false
        guard position - paused >= Self.breath else { return }
        runStart = position
        guard isDismissed else { return }
        isDismissed = false
        began = now - max(.zero, all - position)
    }

    mutating func end(at position: Duration, _ seen: Circumstances) {
        pause(at: position, seen)
        endedAt = position
    }

    /// Whether it sounds as if it might still turn out to interrupt: somebody speaks, and the words are not known yet.
    var isUnclear: Bool { isSpeaking && words.count == 0 }

    /// When the verdict may change without anything being heard; nil: never.
    func deadline(_ seen: Circumstances) -> MonotonicInstant? {
        guard seen.isAllowed else { return nil }
        return [seen.protectedUntil, isDismissed ? nil : began + seen.settings.decisionTime, guardedUntil]
            .compactMap { $0 }.filter { $0 > seen.now }.min()
    }

    /// What shall be done now.
    func verdict(_ seen: Circumstances) -> Verdict {
        guard !seen.isProtected, !isSheltered else { return .leave }
        return interrupts(seen) ? .interrupt : seen.now >= began + seen.settings.decisionTime ? .dismiss : .weigh
    }

    /// Whether speech that may not interrupt is a turn all the same, to be answered after the answer.
    func isTurn(_ seen: Circumstances) -> Bool {
        switch seen.settings.mode {
        case .disabled, .immediate: true
        case .confirmed: lasts(seen)
        case .semantic: words.stops || words.others > 0 || (words.count == 0 && lasts(seen))
        }
    }

    private func lasts(_ seen: Circumstances, _ least: Duration = .zero) -> Bool {
        (pausedAt ?? seen.position) - runStart >= max(least, seen.settings.minimumSpeech)
    }

    private func interrupts(_ seen: Circumstances) -> Bool {
        // What began as a possible echo must outlast the guard.
        let isClear = guardedUntil.map { seen.now >= $0 && isSpeaking } ?? true
        switch seen.settings.mode {
        case .disabled: return false
        case .immediate: return isClear && isSpeaking && (!seen.isToolRunning || lasts(seen))
        case .confirmed: return isClear && lasts(seen)
        case .semantic:
            if words.stops || words.others >= max(1, seen.settings.minimumWords) { return true }
            let isTime = seen.now >= began + seen.settings.decisionTime
            return isTime && isClear && isUnclear && lasts(seen, Self.longestListening)
        }
    }
}
