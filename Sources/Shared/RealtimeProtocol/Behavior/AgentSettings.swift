/// How the model is asked, which tools the server runs for it, and how the session begins.
package struct AgentSettings: Sendable, Equatable {
    /// What becomes of the text of a greeting.
    package enum GreetingMode: String, Sendable, CaseIterable {
        /// It is said word for word.
        case verbatim
        /// It tells the model how to greet.
        case instructions
    }

    /// The agent's name in the worker's registry.
    package var type = "tool_loop"
    /// Most times the model is asked in one response, when tools of the server answer in between.
    package var maximumSteps = 5
    /// Most repetitions of a request to the model that failed before its first word.
    package var streamRetries = 3
    /// Most calls of the server's tools in one response that could not be run, before the model must do without.
    package var toolRetries = 3
    /// What the session begins with, as soon as the client has set it up; nil: the assistant waits for the user.
    package var greeting: String?
    /// What becomes of `greeting`.
    package var greetingMode = GreetingMode.verbatim
    /// Values for `{{name}}` in the instructions.
    package var variables: [String: String] = [:]
    /// Tools that run at the tenant's own address; only the tenant may set them.
    package var serverTools: [ServerToolDefinition] = []

    /// The product's defaults.
    package init() {}
}
