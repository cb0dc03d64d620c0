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
    /// The turn of the loop in which `pieces` were taken up since `began`.
    private var turn: UInt64?
    private var pieces = 0
    private var began = MonotonicInstant.zero
    /// Whether a later turn will go on.
    var isScheduled = false
    /// Whether the connection was asked to hold.
    var isHolding = false
    /// Set while the audio has to wait for its rate.
    var timer: TimerToken?

    var isEmpty: Bool { head == frames.count && append == nil && items.isEmpty }

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
        if turn != self.turn {
            self.turn = turn
            pieces = 0
            began = now
        }
        guard pieces < budgets.piecesPerTurn, now - began < budgets.timePerTurn else { return false }
        pieces += 1
        return true
    }

    /// Forgets all that waits; its memory goes at once.
    mutating func removeAll() {
        frames = []
        head = 0
        append = nil
        items = []
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
