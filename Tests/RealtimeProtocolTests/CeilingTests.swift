import Core
import Testing

@testable import RealtimeProtocol

@Suite("Ceilings of what costs calls") struct CeilingTests {
    private static let paths = [
        "acknowledgement.tool_limit", "turn_taking.speculation_budget", "agent.max_steps", "agent.stream_retries",
        "agent.tool_retries",
    ]

    @Test("They are these fields, and each is a setting of the operator")
    func fields() {
        let ceilings = BehaviorField.all.filter { $0.ceiling != nil }
        #expect(ceilings.map(\.path) == Self.paths)
        let settings = Set(SessionBehavior.settings.map(\.name))
        #expect(settings.isSuperset(of: ceilings.map(\.declaration.name)))
    }

    @Test("A step may keep or lower what the step before set, and not raise it", arguments: paths)
    func check(path: String) throws {
        let value = try #require(BehaviorField.all.first { $0.path == path }?.ceiling)
        var start = SessionBehavior()
        for number in [start[keyPath: value], 2] {
            start[keyPath: value] = number
            for lower in 1...number {
                var next = start
                next[keyPath: value] = lower
                try next.check(atMost: start)
                next.lower(to: start)
                #expect(next[keyPath: value] == lower)
            }
            var next = start
            next[keyPath: value] = number + 1
            let error = #expect(throws: ProtocolError.self) {
                try next.check(atMost: start, path: "session.antiphon")
            }
            #expect(error?.code == .integerAboveMaxValue)
            #expect(error?.parameter == "session.antiphon." + path)
            #expect(error?.message.contains("<= \(number)") == true)
            next.lower(to: start)
            #expect(next == start)
        }
    }

    @Test("A tenant's stored values above the operator's count as the operator's")
    func stored() {
        var operators = SessionBehavior()
        operators.agent.toolRetries = 7
        var configuration = SessionConfiguration(model: "test")
        let agent = #""agent":{"max_steps":50,"stream_retries":1,"tool_retries":6}"#
        configuration.setBehavior(operators, tenant: #"{\#(agent),"turn_taking":{"speculation_budget":20}}"#)
        #expect(configuration.behavior.agent.maximumSteps == SessionBehavior().agent.maximumSteps)
        #expect(configuration.behavior.agent.streamRetries == 1)
        #expect(configuration.behavior.agent.toolRetries == 6)
        #expect(configuration.behavior.turnTaking.speculationBudget == 3)
    }
}
