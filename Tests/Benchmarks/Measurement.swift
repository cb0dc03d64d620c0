import Foundation

/// One figure and what it may be.
struct Measurement: CustomStringConvertible {
    /// What a figure is held against.
    enum Budget {
        case none
        case atMost(Double)
        case atLeast(Double)
    }

    var name: String
    var value: Double
    var unit: String
    var budget = Budget.none

    var isWithinBudget: Bool {
        switch budget {
        case .none: true
        case .atMost(let limit): value <= limit
        case .atLeast(let limit): value >= limit
        }
    }

    var description: String {
        let figure = String(format: "%@ %.4g %@", name, value, unit)
        let verdict = isWithinBudget ? "ok" : "MISSED"
        return switch budget {
        case .none: figure
        case .atMost(let limit): figure + String(format: " (at most %g: %@)", limit, verdict)
        case .atLeast(let limit): figure + String(format: " (at least %g: %@)", limit, verdict)
        }
    }

    /// Times one call of `body`.
    ///
    /// - Parameters:
    ///   - count: timed calls, after a tenth as many that are not.
    ///   - body: gets the number of the call.
    /// - Returns: the median in microseconds.
    static func medianMicroseconds(count: Int, _ body: (Int) throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        for index in 0..<count / 10 { try body(index) }
        var times: [Duration] = []
        times.reserveCapacity(count)
        for index in 0..<count {
            let start = clock.now
            try body(index)
            times.append(clock.now - start)
        }
        times.sort()
        return times[count / 2] / .microseconds(1)
    }
}
