/// What all sessions of a worker may use together, by name; see `SessionBudgets`.
package struct WorkerBudgets: Sendable, Equatable {
    /// Calls of providers under way, less than the HTTP client has connections; beyond it as `SessionBudgets.providerCalls`.
    package var callsUnderWay = 960
    /// Of one tenant: what is left to others is found by whoever asks next.
    package var tenantCallsUnderWay = 768
    /// Calls of providers by all sessions of one tenant; beyond it as `SessionBudgets.providerCalls`.
    package var tenantCalls = RateLimit(perSecond: 1_000, burst: 2_000)
    /// Bytes of kept audio: of items, and of input that is in no turn; beyond it the oldest goes, whosever it is.
    package var keptAudio = 64 << 20
    /// Calls of tools of the server under way, each with a connection and at times a thread; beyond it the model is told.
    package var serverTools = 512
    /// Of one tenant: eight sessions at their limit.
    package var tenantServerTools = 64
    /// Sockets that were granted nothing yet, beside those with a session; beyond it a newcomer takes the place of the one
    /// that was answered, or has been silent, for longest.
    package var handshakes = 256
    /// Websockets that are open for a second to be told why they are refused; beyond it the answer is plain HTTP.
    package var refusals = 64
    /// Websockets whose session is over and whose client has not closed yet, beside the live ones; beyond it 503.
    package var closingConnections = 256
    /// Requests at the operator's port, whose places are apart from all others; beyond it as `handshakes`.
    package var probes = 64
    /// Requests to one language model that are spelled anew because its server refused them; beyond it a refusal is an error.
    package var spellings = RateLimit(perSecond: 0.1, burst: 20)
    /// Bytes of large messages that arrive or wait.
    ///
    /// Beyond it the connection whose unfinished message began first is ended with `rate_limit_exceeded` and close 1008. If no message
    /// began earlier, the new message is dropped and earns that error.
    package var messageBytes = 256 << 20
    /// Bytes of one message that do not count as large, and are taken always.
    package var smallMessage = 256 << 10
    /// Pieces of input (`SessionBudgets.piecesPerTurn`) that all sessions take up as they come in one turn of the loop; the rest
    /// waits for later turns, one session in each.
    package var piecesPerTurn = 64
    /// Time that such input takes in one turn of the loop; the rest waits likewise.
    package var timePerTurn = Duration.milliseconds(2)
    /// Bytes that all sessions hold: conversations, prompts and answers under way, audio that is being transcribed.
    ///
    /// A session may hold as much as is free. Beyond it goes what no model sees, and the client that asks for more earns
    /// `rate_limit_exceeded`.
    package var sessionBytes = 2 << 30
    /// Bytes of it that every session may hold, however little is free.
    package var guaranteedSessionBytes = 1 << 20

    /// What a session may hold where `free` bytes are left: all of them, and at least its guaranteed share.
    package func allowance(free: Int) -> Int { max(guaranteedSessionBytes, free) }

    /// The defaults.
    package init() {}
}
