import Foundation

/// How loud a stream is: the root mean square of its samples, smoothed over time.
package struct LevelMeter: Sendable {
    /// The quietest level that `decibels` tells.
    package static let floor = -96.0

    private var meanSquare = 0.0
    /// Samples after which a step has reached 63 % of its height.
    private let timeConstant: Double

    /// A meter in silence that follows a change within about `timeConstant`.
    package init(rate: Int, timeConstant: Duration = .milliseconds(100)) {
        self.timeConstant = max(1, Double(AudioTime(timeConstant, rate: rate).samples))
    }

    /// The smoothed level from 0 to 1; a full-scale sine has 0.707.
    package var level: Double { meanSquare.squareRoot() }

    /// The smoothed level in decibels of full scale, not below `floor`.
    package var decibels: Double { meanSquare > 0 ? max(Self.floor, 10 * log10(meanSquare)) : Self.floor }

    /// Takes the next samples of the stream.
    package mutating func process(_ samples: Span<Int16>) {
        guard !samples.isEmpty else { return }
        let weight = exp(-Double(samples.count) / timeConstant)
        meanSquare = meanSquare * weight + Self.meanSquare(samples) * (1 - weight)
    }

    /// Returns to silence.
    package mutating func reset() { meanSquare = 0 }

    /// The root mean square of `samples` alone, from 0 to 1; 0 for none.
    package static func level(of samples: Span<Int16>) -> Double { meanSquare(samples).squareRoot() }

    private static func meanSquare(_ samples: Span<Int16>) -> Double {
        guard !samples.isEmpty else { return 0 }
        var sum: Int64 = 0
        for index in samples.indices { sum &+= Int64(samples[index]) * Int64(samples[index]) }
        return Double(sum) / Double(samples.count) / (32_768 * 32_768)
    }
}
