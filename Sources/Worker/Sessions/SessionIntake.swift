import Budgets
import Core
import EventLoops
import Pipeline
import RealtimeProtocol

/// What a client has sent and the session has not taken up yet.
///
/// DESIGN. A session takes up so many pieces of input in a turn of the loop; the rest waits here, in order, and is taken up in
/// later turns, which it shares with the other sessions. While something waits, the connection holds the socket back, which
/// bounds what can gather here.
struct SessionIntake {
    /// One message of the client.
    enum Frame {
        case text([UInt8])
        case fault(ProtocolError)
    }

    /// Messages that wait, from `head` on.
    private var frames: [Frame] = []
    private var head = 0
    /// The append that is being heard.
    var append: IntakeAppend?
    /// Audio of items on its way to transcription.
    var items: [IntakeItem] = []
    /// What was spent of `SessionBudgets.events` and `.audio`.
    var events = RateBudget()
    var audio = RateBudget()
    private var share = TurnShare()
    /// Whether a large frame is being read elsewhere.
    var isReading = false
    /// Whether a later turn will go on.
    var isScheduled = false
    /// Whether the connection was asked to hold.
    var isHolding = false
    /// Set while the audio has to wait for its rate.
    var timer: TimerToken?

    var isEmpty: Bool { !isReading && head == frames.count && append == nil && items.isEmpty }

    mutating func push(_ frame: Frame) { frames.append(frame) }

    mutating func popFrame() -> Frame? {
        guard head < frames.count else { return nil }
        let frame = frames[head]
        frames[head] = .text([])
        head += 1
        if head * 2 > frames.count {
            frames.removeFirst(head)
            head = 0
        }
        return frame
    }

    /// Counts one more piece; false when this turn of the loop has had enough.
    mutating func mayTake(_ budgets: SessionBudgets, turn: UInt64, now: MonotonicInstant) -> Bool {
        share.mayTake(budgets.piecesPerTurn, budgets.timePerTurn, turn: turn, now: now)
    }

    /// Forgets all that waits; its memory goes at once.
    mutating func removeAll() {
        frames = []
        head = 0
        append = nil
        items = []
        isReading = false
    }
}

/// One append that is heard in pieces.
struct IntakeAppend {
    let audio: [UInt8]
    let message: ClientMessage
    var heard = 0
}

/// The audio of one item that is converted in pieces.
struct IntakeItem {
    let audio: [UInt8]
    let feed: AudioFeed
    var converter: InputAudioConverter
    var converted = 0
}
