import Core
import Pipeline

/// The calls of one step that run here: all at once, results in the order of the calls.
struct ToolCalls {
    /// What becomes of a call.
    enum Action {
        case run(ServerTool)
        /// It is not run; the model is told this code and sentence.
        case refuse(String, String)
    }

    /// A call with a unique id and arguments that are a JSON object.
    struct Prepared {
        let call: LanguageModelRequest.ToolCall
        let action: Action
        var isRefused: Bool { if case .refuse = action { true } else { false } }
    }

    private let calls: [Prepared]

    init(_ calls: [Prepared]) { self.calls = calls }

    /// Runs the calls and reports each as it starts and ends.
    func run(
        _ onEvent: (AgentEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> [ToolExchange.Answered] {
        for prepared in calls {
            try onEvent(.serverToolStarted(prepared.call, timeout: Self.timeout(of: prepared)))
        }
        var outputs: [Int: String] = [:]
        for (index, prepared) in calls.enumerated() {
            guard case .refuse(let code, let sentence) = prepared.action else { continue }
            outputs[index] = ToolFailure.output(code: code, sentence)
            try onEvent(.serverToolFinished(callID: prepared.call.id, output: outputs[index] ?? ""))
        }
        let calls = calls
        let result: Result<[Int: String], ProviderError> = await withTaskGroup(of: (Int, String).self) { group in
            for (index, prepared) in calls.enumerated() {
                guard case .run(let tool) = prepared.action else { continue }
                group.addTask { (index, await tool.run(prepared.call)) }
            }
            var outputs = outputs
            while let (index, output) = await group.next() {
                do throws(ProviderError) {
                    guard !Task.isCancelled else { throw Self.cancelled }
                    outputs[index] = output
                    try onEvent(.serverToolFinished(callID: calls[index].call.id, output: output))
                } catch {
                    group.cancelAll()
                    return .failure(error)
                }
            }
            return .success(outputs)
        }
        let all = try result.get()
        guard !Task.isCancelled else { throw Self.cancelled }
        return calls.enumerated().map { ToolExchange.Answered($1.call, all[$0] ?? "") }
    }

    private static func timeout(of prepared: Prepared) -> Duration {
        if case .run(let tool) = prepared.action { tool.timeout } else { .zero }
    }

    private static let cancelled = ProviderError(
        .languageModel, provider: "engine", .cancelled, "The response was cancelled.")
}
