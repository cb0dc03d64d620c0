/// Judges at a pause whether the user's turn is over.
///
/// Shared by all sessions; called on a session's loop at each pause and whenever more text comes during one, so it must answer
/// within microseconds.
package protocol EndOfTurnPredictor: Sendable {
    /// The probability from 0 to 1 that the user will not go on; 0.5 where nothing speaks for either.
    func probability(_ observation: TurnObservation) -> Double
}
