/// A group of measurements; one file each, listed in main.swift.
protocol Benchmark {
    /// Lower case, for the command line.
    static var name: String { get }
    /// Measures, in some seconds at most, and hands over each figure when it is known.
    static func run(_ report: (Measurement) -> Void) throws
}

/// Why a benchmark could not measure.
struct BenchmarkError: Error, CustomStringConvertible {
    /// One sentence.
    var description: String
}
