import Foundation
import Testing

/// Walks at random through client events, provider results, timers and faults.
///
/// `ANTIPHON_WALK_SEED` repeats one seed, `ANTIPHON_WALK_SEEDS` and `ANTIPHON_WALK_STEPS` make more and longer walks.
@Suite("Random walks") struct RandomWalkTests {
    /// Seeds that once found a fault.
    private static let kept: [UInt64] = []
    private static let seeds: [UInt64] =
        number("ANTIPHON_WALK_SEED").map { [UInt64($0)] }
        ?? kept + (1...UInt64(number("ANTIPHON_WALK_SEEDS") ?? 40))
    private static let steps = number("ANTIPHON_WALK_STEPS") ?? 1500

    private static func number(_ variable: String) -> Int? {
        ProcessInfo.processInfo.environment[variable].flatMap(Int.init)
    }

    @Test("No order of events breaks an invariant or shows a client what its types do not know", arguments: seeds)
    func walk(seed: UInt64) throws {
        var walker = try RandomWalker(seed: seed)
        for step in 0..<Self.steps {
            walker.step()
            if let violation = walker.violations.first {
                Issue.record("seed \(seed), step \(step): \(violation)")
                return
            }
        }
        walker.comeToRest()
        #expect(walker.violations.isEmpty, "seed \(seed)")
    }
}
