package import Core
package import Pipeline
package import RealtimeProtocol

/// Runs calls of the server's tools; shared by all sessions of a worker.
///
/// Called on the sessions' loop. Never fails: what went wrong is told to the model.
package protocol ServerToolCaller: Sendable {
    /// What the model is told about `call`.
    ///
    /// Returns within the tool's time-out. Cancelling the task aborts the request.
    func answer(_ call: LanguageModelRequest.ToolCall, of tool: ServerToolDefinition, for owner: ServerToolOwner) async
        -> String
}

/// On whose behalf a tool is called.
package struct ServerToolOwner: Sendable, Hashable {
    /// The session whose model calls.
    package let session: SessionID
    /// The tenant that pays, and whose key signs.
    package let tenant: TenantID
    /// An owner.
    package init(session: SessionID, tenant: TenantID) {
        self.session = session
        self.tenant = tenant
    }
}
