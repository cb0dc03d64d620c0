/// A count of samples at a sample rate: a duration that knows its samples.
package struct AudioTime: Sendable, Hashable, Comparable {
    /// How many samples.
    package var samples: Int
    /// Samples per second; positive.
    package let rate: Int

    /// `samples` at `rate` samples per second.
    package init(samples: Int, rate: Int) {
        precondition(rate > 0, "a sample rate is positive")
        self.samples = samples
        self.rate = rate
    }

    /// The whole samples that fit in `duration`, rounded toward zero and saturated at the ends of Int.
    package init(_ duration: Duration, rate: Int) {
        precondition(rate > 0, "a sample rate is positive")
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = Int(seconds).multipliedReportingOverflow(by: rate)
        let rest = Int(attoseconds / 1_000_000_000) * rate / 1_000_000_000
        let (sum, overflowOfSum) = whole.addingReportingOverflow(rest)
        samples = overflow || overflowOfSum ? (seconds < 0 ? .min : .max) : sum
        self.rate = rate
    }

    /// The time the samples take, to the nanosecond, rounded toward zero.
    package var duration: Duration {
        .seconds(samples / rate) + .nanoseconds(Int(Double(samples % rate) * 1e9 / Double(rate)))
    }

    /// The time the samples take in whole milliseconds, rounded toward zero.
    package var milliseconds: Int { samples / rate * 1_000 + samples % rate * 1_000 / rate }

    /// The same time at another rate, rounded toward zero.
    package func converted(to rate: Int) -> AudioTime {
        precondition(rate > 0, "a sample rate is positive")
        let (whole, overflow) = (samples / self.rate).multipliedReportingOverflow(by: rate)
        let rest = samples % self.rate * rate / self.rate
        guard !overflow else { return AudioTime(samples: samples < 0 ? .min : .max, rate: rate) }
        return AudioTime(samples: whole + rest, rate: rate)
    }

    /// Whether `a` is shorter than `b`, whatever their rates.
    package static func < (a: Self, b: Self) -> Bool {
        a.rate == b.rate ? a.samples < b.samples : a.duration < b.duration
    }
}
