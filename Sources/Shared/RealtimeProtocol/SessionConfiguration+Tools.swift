extension SessionConfiguration {
    /// Refuses a tool of the client with the name of a tool of the server: the model could not tell them apart, and neither may take
    /// the other's calls.
    package var toolNameConflict: ProtocolError? {
        let taken = Set(behavior.agent.serverTools.map(\.name))
        for case .function(let tool) in tools where taken.contains(tool.name) {
            return ProtocolError(
                .invalidValue, "Invalid 'tools': the server has a tool of the name '\(tool.name)'.",
                parameter: "session.tools")
        }
        return nil
    }
}
