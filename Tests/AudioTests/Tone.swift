import Foundation

/// A sine of `frequency` Hz, `count` samples at `rate`.
func tone(_ frequency: Double, rate: Int, count: Int, amplitude: Double = 16_000) -> [Int16] {
    (0..<count).map { Int16((amplitude * sin(2 * Double.pi * frequency * Double($0) / Double(rate))).rounded()) }
}

/// The share of a signal's power that is not a sine of `frequency` Hz, in decibels (more negative: purer).
func impurity(_ samples: ArraySlice<Int16>, frequency: Double, rate: Int) -> Double {
    let values = samples.map(Double.init)
    let angle = { (index: Int) in 2 * Double.pi * frequency * Double(index) / Double(rate) }
    let count = Double(values.count)
    let sine = values.indices.reduce(0.0) { $0 + values[$1] * sin(angle($1)) } * 2 / count
    let cosine = values.indices.reduce(0.0) { $0 + values[$1] * cos(angle($1)) } * 2 / count
    let rest = values.indices.reduce(0.0) { sum, index in
        let difference = values[index] - sine * sin(angle(index)) - cosine * cos(angle(index))
        return sum + difference * difference
    }
    return 10 * log10(rest / values.reduce(0.0) { $0 + $1 * $1 })
}
