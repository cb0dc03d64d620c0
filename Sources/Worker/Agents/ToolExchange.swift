package import Pipeline

/// What the server's tools were asked, and what they answered, in one step of a response.
///
/// The conversation keeps it for the model; clients do not see it, because they would believe that they must run the calls.
package struct ToolExchange: Sendable, Equatable {
    /// One call and its result.
    package struct Answered: Sendable, Equatable {
        /// The call, with arguments that are a JSON object.
        package var call: LanguageModelRequest.ToolCall
        /// What the model was told.
        package var output: String
        /// A call with its result.
        package init(_ call: LanguageModelRequest.ToolCall, _ output: String) {
            self.call = call
            self.output = output
        }
    }

    /// In the model's order; never empty.
    package var calls: [Answered]

    /// An exchange of these calls.
    package init(_ calls: [Answered]) { self.calls = calls }
}
