import Core
import Pipeline
import RealtimeProtocol
import Sessions

// Tools of the server, as an agent reports them: all calls of a step start before the first ends.
extension RandomWalker {
    mutating func useServerTools(_ id: ResponseID, _ making: Making) {
        guard !making.modelDone else { return }
        if let ending = making.tools.randomElement(using: &random) {
            running[id]?.tools.removeAll { $0 == ending }
            talk.input(.response(id, .serverToolFinished(callID: ending, output: "result of \(ending)")))
            if running[id]?.tools.isEmpty == true { talk.input(.response(id, .stepFinished(nil))) }
            return
        }
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            toolResults += 1
            let call = LanguageModelRequest.ToolCall(id: "server_\(toolResults)", name: "look_up", arguments: "{}")
            running[id]?.tools.append(call.id)
            let timeout = Duration.milliseconds(Int.random(in: 0...40_000, using: &random))
            talk.input(.response(id, .serverToolStarted(call, timeout: timeout)))
        }
    }

    /// No provider takes a prompt in which a call has no result directly after it, or a result no call.
    mutating func checkTools(of plan: ResponsePlan) {
        var open: [String] = []
        var seen: Set<String> = []
        for message in plan.model.messages {
            switch message {
            case .tool(let callID, _):
                if open.first == callID {
                    open.removeFirst()
                } else {
                    leaks.append("a result without its call: \(callID)")
                }
            case .assistant(_, let calls):
                if !open.isEmpty { leaks.append("calls without results: \(open)") }
                open = calls.map(\.id)
                for id in open where id.hasPrefix("server_") && !seen.insert(id).inserted {
                    leaks.append("an exchange stands twice: \(id)")
                }
            default: if !open.isEmpty { leaks.append("calls without results: \(open)") }
            }
        }
        if !open.isEmpty { leaks.append("calls without results: \(open)") }
    }
}
