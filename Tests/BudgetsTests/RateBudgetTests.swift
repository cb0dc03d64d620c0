import Budgets
import Core
import Testing

@Suite("Rate budgets")
struct RateBudgetTests {
    private let limit = RateLimit(perSecond: 10, burst: 5)

    @Test("A burst passes, one more does not, and a tenth of a second later one does")
    func burstThenRate() {
        var budget = RateBudget()
        let start = MonotonicInstant(nanoseconds: 1_000_000_000)
        for _ in 0..<5 { #expect({ budget.take(of: limit, now: start) }()) }
        #expect(!{ budget.take(of: limit, now: start) }())
        #expect(budget.wait(of: limit, now: start) == .milliseconds(100))
        #expect({ budget.take(of: limit, now: start + .milliseconds(100)) }())
        #expect(!{ budget.take(of: limit, now: start + .milliseconds(100)) }())
    }

    @Test("What is refused costs nothing, and a long quiet time saves up no more than the burst")
    func refusalIsFree() {
        var budget = RateBudget()
        let start = MonotonicInstant(nanoseconds: 1_000_000_000)
        for _ in 0..<100 { _ = budget.take(of: limit, now: start) }
        let later = start + .seconds(3600)
        let taken = (0..<100).filter { _ in budget.take(of: limit, now: later) }.count
        #expect(taken == 5)
    }
}
