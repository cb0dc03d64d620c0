/// A silence within a turn, which may be the turn's end.
struct TurnPause: Sendable, Equatable {
    /// Where the speech before it ended, in session time.
    let start: Duration
    /// Where something was heard in it that is a click unless it lasts.
    var interruption: Duration?
    /// Whether it has lasted so long that it is more than the gap between two words.
    var isLong = false
    /// Whether it has lasted long enough for work to begin in it.
    var allowsSpeculation = false
    /// How long it must last to end the turn; nil where the detector's own silence decides.
    var patience: Duration?
}
