import Pipeline
import RealtimeProtocol

/// How long a pause may last before the turn is over, by how sure it is that the user will not go on.
///
/// A hyperbola through three points: `shortest` where that is certain, `neutral` at even odds, `longest` where the user surely goes
/// on. The middle follows the speaker: somebody who pauses long within turns is given more time, somebody brisk less.
struct EndOfTurnPatience: Sendable, Equatable {
    /// The wait when the turn is certainly over.
    let shortest: Duration
    /// The wait when nothing speaks for either, for a speaker who is not known.
    let neutral: Duration
    /// The wait when the user will certainly go on; the protocol's longest one.
    let longest: Duration

    /// What a speaker's own pauses may make of the neutral wait.
    private static let slowest = 1.8, briskest = 0.75

    /// The waits of an eagerness.
    init(_ eagerness: SemanticVAD.Eagerness) {
        switch eagerness {
        case .high: (shortest, neutral, longest) = (.milliseconds(200), .milliseconds(450), .seconds(2))
        case .auto, .medium: (shortest, neutral, longest) = (.milliseconds(300), .milliseconds(700), .seconds(4))
        case .low: (shortest, neutral, longest) = (.milliseconds(500), .milliseconds(1_200), .seconds(8))
        }
    }

    /// The silence after which the turn is over; `probability` is that of its end, from 0 to 1.
    func wait(probability: Double, pauses: PauseStatistics) -> Duration {
        let doubt = 1 - min(max(probability.isNaN ? 0.5 : probability, 0), 1)
        let range = longest - shortest
        // The hyperbola through the three points.
        let bend = range / (middle(pauses) - shortest) - 1
        return shortest + range * (doubt / (doubt + bend * (1 - doubt)))
    }

    /// The neutral wait for this speaker.
    private func middle(_ pauses: PauseStatistics) -> Duration {
        guard let typical = pauses.typical else { return neutral }
        let wanted = neutral + (typical - neutral) * pauses.weight
        return min(max(wanted, neutral * Self.briskest), neutral * Self.slowest)
    }
}
