/// What one tenant may use; zero means unlimited.
package struct TenantLimits: Sendable, Hashable {
    /// Sessions alive at the same time.
    package var concurrentSessions: Int
    /// Sustained requests per minute, session starts included.
    package var requestsPerMinute: Int
    /// Requests that may come at once after a quiet minute.
    package var requestBurst: Int
    /// Sustained session starts per minute.
    package var sessionStartsPerMinute: Int

    /// Limits with these values; the burst defaults to a whole minute's worth.
    package init(
        concurrentSessions: Int = 100, requestsPerMinute: Int = 600, requestBurst: Int? = nil,
        sessionStartsPerMinute: Int = 0
    ) {
        self.concurrentSessions = concurrentSessions
        self.requestsPerMinute = requestsPerMinute
        self.requestBurst = requestBurst ?? requestsPerMinute
        self.sessionStartsPerMinute = sessionStartsPerMinute
    }

    /// What a new tenant gets.
    package static let standard = TenantLimits()
}
