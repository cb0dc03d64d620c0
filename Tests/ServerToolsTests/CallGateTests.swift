import Agents
import Core
import Testing

@testable import ServerTools

@Suite("The gate of tool calls") struct CallGateTests {
    private func owner(_ session: String, _ tenant: String) -> ServerToolOwner {
        ServerToolOwner(session: SessionID(session), tenant: TenantID(tenant))
    }

    @Test("Each session, each tenant and the worker have their bound, and places come back")
    func bounds() {
        let gate = CallGate(CallGate.Limits(session: 2, tenant: 3, worker: 4))
        #expect(gate.enter(owner("a", "x")))
        #expect(gate.enter(owner("a", "x")))
        #expect(!gate.enter(owner("a", "x")), "the session has two")
        #expect(gate.enter(owner("b", "x")))
        #expect(!gate.enter(owner("c", "x")), "the tenant has three")
        #expect(gate.enter(owner("d", "y")))
        #expect(!gate.enter(owner("e", "z")), "the worker has four")
        gate.leave(owner("a", "x"))
        #expect(gate.enter(owner("e", "z")))
        gate.leave(owner("b", "x"))
        #expect(gate.enter(owner("a", "x")))
    }
}
