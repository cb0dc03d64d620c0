/// Every number one connection depends on.
package struct RedisConfiguration: Sendable {
    /// Where the server is.
    package var address: RedisAddress
    /// How long an ordinary command may take.
    package var commandDeadline = Duration.milliseconds(50)
    /// How long connecting and the greeting may take, each.
    package var connectDeadline = Duration.milliseconds(250)
    /// Pause before the first attempt to reconnect, doubled each time up to the longest; the real one is random below it.
    package var shortestPause = Duration.milliseconds(50)
    /// Longest pause between two attempts to connect.
    package var longestPause = Duration.seconds(2)
    /// Deadlines missed in a row, over at least this silence, after which the connection is given up; the next greeting is
    /// the probe.
    package var timeoutsUntilReconnect = 5
    /// Least silence of the server before missed deadlines end the connection.
    package var silenceUntilReconnect = Duration.milliseconds(250)
    /// Commands in flight at most; more fail with `unavailable`.
    package var maximumPending = 10_000

    /// The defaults, for a server at `address`.
    package init(address: RedisAddress) { self.address = address }
}
