import Budgets
import Core
import EventLoops
import TestSupport
import Testing

@testable import Pipeline

@Suite("The gate of calls") struct CallGateTests {
    private func owner(_ session: String, _ tenant: String?) -> WorkOwner {
        WorkOwner(session: SessionID(session), tenant: tenant.map { TenantID($0) })
    }

    @Test("Each session, each tenant and the worker have their bound, and places come back")
    func bounds() {
        let gate = CallGate(CallGate.Limits(session: 2, tenant: 3, worker: 4))
        #expect(gate.enter(owner("a", "x")) == nil)
        #expect(gate.enter(owner("a", "x")) == nil)
        #expect(gate.enter(owner("a", "x")) == .session, "the session has two")
        #expect(gate.enter(owner("b", "x")) == nil)
        #expect(gate.enter(owner("c", "x")) == .tenant, "the tenant has three")
        #expect(gate.enter(owner("d", "y")) == nil)
        #expect(gate.enter(owner("e", "z")) == .worker, "the worker has four")
        gate.leave(owner("a", "x"))
        #expect(gate.enter(owner("e", "z")) == nil)
        gate.leave(owner("b", "x"))
        #expect(gate.enter(owner("a", "x")) == .session, "the last place is for whoever has none")
        #expect(gate.enter(owner("b", "x")) == nil)
    }

    @Test("However many sessions take all that they get, the next session and the next tenant find a place")
    func shares() {
        let gate = CallGate()
        for session in 0..<100 {
            for _ in 0..<100 { _ = gate.enter(owner("greedy \(session)", "x")) }
        }
        #expect(gate.underWay > WorkerBudgets().callsUnderWay / 2, "most of the worker is used")
        #expect(gate.enter(owner("modest", "x")) == nil)
        for session in 0..<100 {
            for _ in 0..<100 { _ = gate.enter(owner("greedy \(session)", "y")) }
        }
        #expect(gate.enter(owner("other", "z")) == nil)
        #expect(gate.underWay <= WorkerBudgets().callsUnderWay)
    }

    @Test("A tenant makes its calls of a second, and another one's are not counted with them")
    func tenantRate() {
        let gate = CallGate(
            CallGate.Limits(session: 9, tenant: 99, worker: 999), tenantRate: RateLimit(perSecond: 2, burst: 2))
        var now = MonotonicInstant.zero
        #expect(gate.enter(owner("a", "x"), now: now) == nil)
        #expect(gate.enter(owner("b", "x"), now: now) == nil)
        #expect(gate.enter(owner("c", "x"), now: now) == .tenantRate)
        #expect(gate.enter(owner("d", "y"), now: now) == nil)
        now = now + .milliseconds(500)
        #expect(gate.enter(owner("c", "x"), now: now) == nil)
    }

    @Test("A request that follows a refused one counts as a call of the session")
    func askedAgain() async throws {
        let loop = VirtualTimeLoop(startingAt: .zero)
        var budgets = SessionBudgets()
        budgets.providerCalls = RateLimit(perSecond: 1, burst: 3)
        let gate = CallGate()
        let work = SessionWork(of: owner("a", "x"), gate: gate, budgets: budgets, loop: loop).begin(.response)
        try await work.enter(.languageModel, within: .zero)
        #expect(ProviderWork.current == nil)
        let again = try await work.run { () async throws(ProviderError) in
            (0..<3).map { _ in ProviderWork.current?.askAgain() }
        }
        #expect(again == [true, true, false])
        #expect(gate.underWay == 0)
    }
}
