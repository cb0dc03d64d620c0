/// How a call of a tool ended, for metrics.
package enum ServerToolOutcome: String, Sendable, CaseIterable {
    /// It answered with a status of 200 to 299.
    case answered
    /// It answered with another status.
    case status
    /// It did not answer within its time-out.
    case timeout
    /// No connection could be made, or it broke.
    case unreachable
    /// The connection's certificate is not good.
    case untrusted
    /// Its address may not be called.
    case refused
    /// Too many calls of the session, the tenant or the worker were under way.
    case busy
    /// The response that wanted it was cancelled.
    case cancelled
    /// A fault of our own.
    case failed
}
