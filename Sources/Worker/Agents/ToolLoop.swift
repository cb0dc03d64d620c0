import Core
import Pipeline

/// What a tool loop knows of the tools of its task.
struct ToolLoop {
    private let task: AgentTask
    private let serverTools: [String: ServerTool]
    /// Names of the tools whose calls go to the client.
    let clientTools: Set<String>

    init(_ task: AgentTask) {
        self.task = task
        serverTools = Dictionary(
            task.serverTools.map { ($0.definition.name, $0) }, uniquingKeysWith: { first, _ in first })
        clientTools = Set(task.request.tools.map(\.name)).subtracting(serverTools.keys)
    }

    /// The first request of the loop: without the server's tools where there is no second one that could have their results.
    var firstRequest: LanguageModelRequest {
        var request = task.request
        guard task.limits.steps <= 1, !serverTools.isEmpty else { return request }
        request.tools.removeAll { serverTools[$0.name] != nil }
        switch request.toolChoice {
        case .function(let name) where serverTools[name] != nil: request.toolChoice = .auto
        case .required where request.tools.isEmpty: request.toolChoice = .auto
        default: break
        }
        return request
    }

    /// A call as it can be run, or why it cannot.
    func prepare(_ call: AgentStep.Call, id: String) -> ToolCalls.Prepared {
        func prepared(_ arguments: String, _ action: ToolCalls.Action) -> ToolCalls.Prepared {
            ToolCalls.Prepared(
                call: .init(id: id, name: call.name, arguments: arguments, extra: call.extra), action: action)
        }
        guard let tool = serverTools[call.name] else {
            let arguments = (try? JSONValue.parse(call.arguments))?.object == nil ? "{}" : call.arguments
            let known = task.request.tools.map(\.name).joined(separator: ", ")
            return prepared(
                arguments, .refuse("unknown_tool", known.isEmpty ? "There are no tools." : "The tools are: \(known)."))
        }
        guard let ending = ToolArguments.ending(of: call.arguments) else {
            // The history must hold valid JSON, and what the model wrote is none.
            return prepared(
                "{}", .refuse("malformed_arguments", "The arguments were not a JSON object. Call the tool again."))
        }
        let text = call.arguments.allSatisfy(\.isWhitespace) ? "{}" : call.arguments + ending
        if let schema = tool.definition.parameters, let arguments = try? JSONValue.parse(text),
            let violation = ToolSchema(schema).violation(in: arguments)
        {
            return prepared(text, .refuse("invalid_arguments", violation))
        }
        return prepared(text, .run(tool))
    }
}
