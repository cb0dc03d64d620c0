/// Where one caller stands with one rate limit, for the rate-limit headers.
package struct RateLimitStatus: Sendable, Hashable {
    /// Requests per period; zero means unlimited.
    package let limit: Int
    /// Requests that could be sent at once right now.
    package let remaining: Int
    /// Until the whole burst is available again.
    package let resetAfter: Duration

    /// A status with these values.
    package init(limit: Int, remaining: Int, resetAfter: Duration) {
        self.limit = limit
        self.remaining = remaining
        self.resetAfter = resetAfter
    }
}
