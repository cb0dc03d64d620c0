/// How requests to a language model are spelled where servers differ.
struct RequestSpelling: Sendable, Equatable {
    /// What is spelled otherwise than by default.
    var habits: Set<Habit> = []

    /// A request without habits is what OpenAI's older models take.
    init(_ habits: Set<Habit> = []) { self.habits = habits }

    /// One thing in which servers differ.
    enum Habit: Sendable, CaseIterable {
        /// An answer is bounded by `max_completion_tokens`, since OpenAI's newer models refuse `max_tokens`.
        case maxCompletionTokens
        /// The content of a message that only calls tools is "", since LM Studio refuses null; others refuse "".
        case emptyContent
        /// One tool that must be called is the only one sent, with the choice `required`, and with the choice `none` no tool is
        /// sent: for servers that know no objects there, or do not read the choice.
        case choosesByList
        /// Tools are sent although none may be called, for servers that want them where messages have calls.
        case keepsTools
        /// The last message is the user's or a tool's, since others refuse the request or go on with the last answer.
        case endsWithUser
        /// All instructions stand in one message at the beginning.
        case oneSystemMessage
        /// Messages of one role do not follow each other.
        case alternates
        /// Calls without a signature have one that stands for any: Gemini refuses calls that have none.
        case signsCalls
        /// Signatures that came with calls are left out, since the server does not take them any more.
        case dropsSignatures
        /// No temperature is sent.
        case noTemperature
        /// `parallel_tool_calls` is not sent.
        case noParallelToolCalls
        /// `stream_options` is not sent, so that nothing counts the tokens.
        case noStreamOptions
    }

    /// Whether this is spelled otherwise than by default.
    func has(_ habit: Habit) -> Bool { habits.contains(habit) }

    /// What later requests of other sessions keep: not what only concerns one conversation.
    var lasting: Self { Self(habits.subtracting([.dropsSignatures])) }
}
