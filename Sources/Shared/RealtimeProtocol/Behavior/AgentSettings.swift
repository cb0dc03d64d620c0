/// How the model is asked, and which tools the server runs for it.
package struct AgentSettings: Sendable, Equatable {
    /// Most times the model is asked in one response, when tools of the server answer in between.
    package var maximumSteps = 5
    /// Said or, if it is an instruction, answered as soon as the session opens; nil: the assistant waits for the user.
    package var greeting: String?
    /// Values for `{{name}}` in the instructions.
    package var variables: [String: String] = [:]

    /// The product's defaults.
    package init() {}
}
