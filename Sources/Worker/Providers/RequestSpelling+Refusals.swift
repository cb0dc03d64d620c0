import Pipeline

extension RequestSpelling {
    /// What to spell otherwise after the body of a refusal; nil if that complains about something else.
    ///
    /// Servers say it in words only, so a complaint counts where the request holds what it may be about.
    func complaint(in refusal: [UInt8], about request: LanguageModelRequest) -> Habit? {
        let text = String(decoding: refusal.prefix(Self.longestRefusal), as: UTF8.self).lowercased()
        let says = { (words: String...) in words.contains { text.contains($0) } }
        let isUnknown = says(
            "unsupported", "not support", "unrecognized", "unknown", "not permitted", "extra_forbidden", "unexpected",
            "not allowed")
        let facts = Facts(request)
        if facts.hasCalls, says("signature") { return has(.signsCalls) ? new(.dropsSignatures) : .signsCalls }
        if facts.hasCalls, request.toolChoice == .none, says("tools"), let habit = new(.keepsTools) { return habit }
        if !request.tools.isEmpty, says("tool_choice", "tool choice"), request.toolChoice != .auto,
            let habit = new(.choosesByList)
        {
            return habit
        }
        if request.parallelToolCalls != nil, says("parallel_tool_calls"), let habit = new(.noParallelToolCalls) {
            return habit
        }
        if isUnknown, says("stream_options"), let habit = new(.noStreamOptions) { return habit }
        if isUnknown, request.maxOutputTokens != nil, says("max_tokens", "max_completion_tokens") {
            return .maxCompletionTokens
        }
        if isUnknown, request.temperature != nil, says("temperature"), let habit = new(.noTemperature) { return habit }
        if says("alternat", "start with", "begin with"), let habit = new(.alternates) { return habit }
        if facts.hasLaterSystem, says("system"), let habit = new(.oneSystemMessage) { return habit }
        if !facts.endsWithUser,
            says("last", "user ", "prefill", "contents", "at least one", "must end", "too short", "empty"),
            let habit = new(.endsWithUser)
        {
            return habit
        }
        return facts.hasEmptyCalls && says("content") ? .emptyContent : nil
    }

    /// The other way to spell `habit`.
    func changing(_ habit: Habit) -> Self { Self(habits.symmetricDifference([habit])) }

    private func new(_ habit: Habit) -> Habit? { has(habit) ? nil : habit }

    /// What a request holds that servers differ about.
    private struct Facts {
        var hasCalls = false
        var hasEmptyCalls = false
        var hasLaterSystem = false
        var endsWithUser = false

        init(_ request: LanguageModelRequest) {
            var isBegun = false
            for message in request.messages {
                switch message {
                case .system: hasLaterSystem = hasLaterSystem || isBegun
                case .assistant(let text, let calls):
                    hasCalls = hasCalls || !calls.isEmpty
                    hasEmptyCalls = hasEmptyCalls || !calls.isEmpty && (text ?? "").isEmpty
                    endsWithUser = !calls.isEmpty
                case .user, .tool: endsWithUser = true
                }
                isBegun = true
            }
        }
    }

    /// Bytes of a refusal that are read.
    private static let longestRefusal = 4096
}
