/// What all sessions of a worker may use together, by name; see `SessionBudgets`.
package struct WorkerBudgets: Sendable, Equatable {
    /// Calls of providers under way, less than the HTTP client has connections; beyond it as `SessionBudgets.providerCalls`.
    package var callsUnderWay = 960
    /// Of one tenant: what is left to others is found by whoever asks next.
    package var tenantCallsUnderWay = 768
    /// Calls of providers by all sessions of one tenant; beyond it as `SessionBudgets.providerCalls`.
    package var tenantCalls = RateLimit(perSecond: 1_000, burst: 2_000)
    /// Calls of tools of the server under way, each with a connection and at times a thread; beyond it the model is told.
    package var serverTools = 512
    /// Of one tenant: eight sessions at their limit.
    package var tenantServerTools = 64

    /// The defaults.
    package init() {}
}
