import Foundation

/// How many random inputs the fuzz tests make, and from which seed.
///
/// A plain test run makes few and always the same; `make fuzz` asks for millions through the environment.
package enum FuzzRun {
    /// `FUZZ_SEED`: the same seed makes the same inputs.
    package static var seed: UInt64 { UInt64(number("FUZZ_SEED") ?? 1) }

    /// The number in the environment's `variable`, or how many a plain test run makes.
    package static func cases(_ variable: String = "FUZZ_CASES", otherwise usual: Int) -> Int {
        number(variable) ?? usual
    }

    /// Says what was done, for the record of a long run.
    package static func report(_ inputs: Int, _ what: String) {
        print("fuzz: \(inputs) \(what), seed \(seed)")
    }

    private static func number(_ variable: String) -> Int? {
        ProcessInfo.processInfo.environment[variable].flatMap { Int($0) }
    }
}
