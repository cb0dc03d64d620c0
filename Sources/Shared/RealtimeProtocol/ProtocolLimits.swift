/// Every number of the protocol that a client can hit (protocol section 7).
package enum ProtocolLimits {
    /// Decoded audio bytes in one append: 15 MiB.
    package static let appendBytes = 15 * 1024 * 1024
    /// Bytes of one client frame: 15 MiB of audio in base64 plus room for the rest of the event.
    package static let clientFrameBytes = (appendBytes + 2) / 3 * 4 + 64 * 1024
    /// Bytes of one server frame that every client accepts: under 1 MiB.
    package static let serverFrameBytes = 1024 * 1024 - 1
    /// Shortest audio that can be committed.
    package static let shortestCommit = Duration.milliseconds(100)
    /// Characters of a client's `event_id`.
    package static let eventIDLength = 512
    /// Characters of an item's `id` and of a `call_id`.
    package static let itemIDLength = 32
    /// Characters of one `input_text`.
    package static let inputTextLength = 256_000
    /// Pairs in `metadata`, and characters of a key and of a value.
    package static let metadataPairs = 16
    /// Characters of a key in `metadata`.
    package static let metadataKeyLength = 64
    /// Characters of a value in `metadata`.
    package static let metadataValueLength = 512
    /// `max_output_tokens`.
    package static let outputTokens = 1...4096
    /// `speed`.
    package static let speed = 0.25...1.5
    /// Beta `temperature`.
    package static let temperature = 0.6...1.2
    /// What beta shows where nobody set a temperature.
    package static let shownTemperature = 0.8
    /// `idle_timeout_ms`.
    package static let idleTimeout = 5000...30000
    /// Characters of instructions, tool arguments and tool results.
    package static let longTextLength = 256_000
    /// Bytes of all texts of one item together, as JSON, so that the events that show it stay under `serverFrameBytes`.
    package static let itemTextBytes = 900 * 1024
    /// Bytes of a session as JSON, for the same reason.
    package static let sessionBytes = 960 * 1024
    /// Characters of names, models, voices and other short texts.
    package static let shortTextLength = 1024
    /// Bytes of the `tools` of one session as JSON.
    package static let toolsBytes = 256 * 1024
    /// Entries in `tools`.
    package static let tools = 128
    /// Characters of a tool's name.
    package static let toolNameLength = 64
    /// Parts of one message.
    package static let contentParts = 256
    /// Items in `response.input`.
    package static let responseInputItems = 1024
    /// `prefix_padding_ms`; the start of speech is kept in memory that long.
    package static let prefixPadding = 0...10_000
    /// `silence_duration_ms`.
    package static let silenceDuration = 0...60_000
    /// `expires_after.seconds` of a client secret.
    package static let clientSecretSeconds = 10...7200
    /// Bytes of one `antiphon` member, or of a tenant's defaults for it, as JSON.
    package static let behaviorBytes = 64 * 1024
    /// Entries in `server_tools`.
    package static let serverTools = 32
    /// `timeout_ms` of a tool of the server.
    package static let serverToolTimeout = 100...60_000
    /// Levels of nesting in one client frame.
    package static let jsonDepth = 64
    /// Values and keys in one client frame.
    package static let jsonValues = 100_000
}
