import Agents
import Core
import EventLoops
import Pipeline
import TestSupport

/// One run of an agent in virtual time.
final class AgentRun: @unchecked Sendable {
    // Touched on the test's thread only, since a virtual loop runs there.
    let loop = VirtualTimeLoop()
    let requests = TestLog<LanguageModelRequest>()
    let ran = TestLog<LanguageModelRequest.ToolCall>()
    let aborted = TestLog<String>()
    private(set) var events: [AgentEvent] = []
    private(set) var times: [Duration] = []
    private(set) var outcome: Result<LanguageModelResult, ProviderError>?
    private(set) var task: Task<Void, Never>?
    private let start: MonotonicInstant

    init() { start = loop.now }

    /// A tool of the server that answers after a while.
    func tool(
        _ name: String, after delay: Duration = .milliseconds(100), parameters: JSONValue? = nil,
        answers output: String = "done"
    ) -> ServerTool {
        let (loop, ran, aborted) = (loop, ran, aborted)
        return ServerTool(.init(name: name, description: nil, parameters: parameters), timeout: .seconds(10)) { call in
            ran.append(call)
            do { try await loop.sleep(for: delay) } catch { aborted.append(call.name) }
            return output
        }
    }

    /// Starts the agent; `client` names the client's tools.
    func begin(
        _ answers: [ScriptedModel.Answer], tools: [ServerTool] = [], client: [String] = [],
        agent: any Agent = ToolLoopAgent(), choice: LanguageModelRequest.ToolChoice = .auto,
        limits configure: (inout AgentLimits) -> Void = { _ in }
    ) {
        var request = LanguageModelRequest()
        request.messages = [.user([.text("question")])]
        request.tools = client.map { .init(name: $0, description: nil, parameters: nil) } + tools.map(\.definition)
        request.toolChoice = choice
        var limits = AgentLimits()
        configure(&limits)
        let model = ScriptedModel(loop: loop, answers: answers, requests: requests)
        let job = AgentTask(
            request: request, model: model, serverTools: tools, limits: limits, callIDPrefix: "call_r_", loop: loop)
        task = Task(executorPreference: loop) { await self.perform(agent, job) }
        loop.advance(by: .zero)
    }

    private func perform(_ agent: any Agent, _ job: AgentTask) async {
        do throws(ProviderError) {
            let result = try await agent.run(job) { event throws(ProviderError) in
                events.append(event)
                times.append(loop.now - start)
            }
            outcome = .success(result)
        } catch {
            outcome = .failure(error)
        }
    }

    /// Lets time pass until the agent is done.
    func finish() {
        for _ in 0..<1000 where outcome == nil { loop.advance(by: .milliseconds(100)) }
    }

    func cancel() {
        task?.cancel()
        loop.advance(by: .zero)
    }

    var result: LanguageModelResult? { try? outcome?.get() }
    var failure: ProviderError? { if case .failure(let error) = outcome { error } else { nil } }

    /// All text that the client gets.
    var text: String {
        events.reduce(into: "") { if case .model(.textDelta(let delta)) = $1 { $0 += delta } }
    }

    /// Names of the client's tools that were called.
    var clientCalls: [String] {
        events.compactMap { if case .model(.toolCallStarted(_, _, let name)) = $0 { name } else { nil } }
    }

    /// What the model was told of its calls in this request.
    func outputs(in request: Int) -> [String] {
        guard request < requests.values.count else { return [] }
        return requests.values[request].messages.compactMap {
            if case .tool(_, let output) = $0 { output } else { nil }
        }
    }
}
