package import EventLoops
package import Pipeline

/// One answer to make: a snapshot of what the session was set to when the response began.
package struct AgentTask: Sendable {
    /// The conversation so far and all tools, those of the server included.
    package var request: LanguageModelRequest
    /// Who is asked.
    package var model: any LanguageModel
    /// The tools that run here; every other tool of the request is the client's.
    package var serverTools: [ServerTool]
    /// How much may be tried.
    package var limits: AgentLimits
    /// What the ids of calls to the server's tools begin with; unique for the response.
    package var callIDPrefix: String
    /// The session's loop: its clock, and where waiting is done.
    package var loop: any EventLoop

    /// A task with these parts.
    package init(
        request: LanguageModelRequest, model: any LanguageModel, serverTools: [ServerTool] = [],
        limits: AgentLimits = AgentLimits(), callIDPrefix: String = "call_", loop: any EventLoop
    ) {
        self.request = request
        self.model = model
        self.serverTools = serverTools
        self.limits = limits
        self.callIDPrefix = callIDPrefix
        self.loop = loop
    }
}

/// How much an agent may try for one answer.
package struct AgentLimits: Sendable, Equatable {
    /// Most times the model is asked; the last time it must answer.
    package var steps = 5
    /// Most repetitions of one request whose provider failed before it wrote anything.
    package var streamRetries = 3
    /// Most times the model may call a tool in a way that cannot be run; then it must answer.
    package var toolRetries = 3

    /// The product's defaults.
    package init() {}
}

/// A tool that runs here and not at the client.
package struct ServerTool: Sendable {
    /// What the model is told about it.
    package let definition: LanguageModelRequest.Tool
    /// Within this time `run` returns.
    package let timeout: Duration
    /// Runs one call and returns what the model is told, also when it failed.
    ///
    /// Cancelling the task ends it at once.
    package let run: @Sendable (LanguageModelRequest.ToolCall) async -> String

    /// A tool with these parts.
    package init(
        _ definition: LanguageModelRequest.Tool, timeout: Duration,
        run: @escaping @Sendable (LanguageModelRequest.ToolCall) async -> String
    ) {
        self.definition = definition
        self.timeout = timeout
        self.run = run
    }
}
