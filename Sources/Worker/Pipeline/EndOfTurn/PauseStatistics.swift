/// How long one speaker pauses within turns: exponential averages, so that they follow the speaker's mood.
package struct PauseStatistics: Sendable, Equatable {
    /// Pauses heard so far.
    package private(set) var count = 0
    private var mean = 0.0
    private var deviation = 0.0

    /// The weight of the newest pause once there are a few; the first ones weigh as in a plain average.
    private static let newest = 0.2
    /// A pause beyond this says nothing about the speaker: somebody came in, or the line was held.
    private static let longest = Duration.seconds(5)
    /// Pauses after which the averages are worth as much as what holds for everybody.
    private static let confidence = 4.0

    /// Statistics of a speaker who was not heard yet.
    package init() {}

    /// A pause after which the speaker went on.
    package mutating func add(_ pause: Duration) {
        guard pause > .zero else { return }
        let seconds = min(pause, Self.longest) / .seconds(1)
        count += 1
        let weight = max(Self.newest, 1 / Double(count))
        deviation += weight * (abs(seconds - mean) - deviation)
        if count == 1 { deviation = 0 }
        mean += weight * (seconds - mean)
    }

    /// A silence that this speaker's pauses seldom exceed; nil before the first.
    package var typical: Duration? { count == 0 ? nil : .seconds(mean + 2 * deviation) }

    /// From 0 to below 1: how much of the speaker is known.
    package var weight: Double { Double(count) / (Double(count) + Self.confidence) }
}
