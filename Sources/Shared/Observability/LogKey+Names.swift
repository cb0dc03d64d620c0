extension LogKey {
    /// The session that the line is about.
    package static let session = LogKey("session_id")
    /// The tenant whose doing it is.
    package static let tenant = LogKey("tenant_id")
    /// The API key's public id; never the key.
    package static let key = LogKey("key_id")
    /// One request of the REST API or of the edge.
    package static let request = LogKey("request_id")
    /// One run of one worker.
    package static let worker = LogKey("worker_id")
    /// One response of a session.
    package static let response = LogKey("response_id")
    /// One conversation item.
    package static let item = LogKey("item_id")
    /// Who was asked: "openai", "pocketsphinx", ….
    package static let provider = LogKey("provider")
    /// "stt", "llm" or "tts".
    package static let stage = LogKey("stage")
    /// An `ErrorCategory`.
    package static let category = LogKey("category")
    /// The code of an error, out of a closed set.
    package static let code = LogKey("code")
    /// An HTTP status.
    package static let status = LogKey("status")
    /// Why, out of a closed set.
    package static let reason = LogKey("reason")
    /// Milliseconds, with fraction.
    package static let duration = LogKey("duration_ms")
    /// How many.
    package static let count = LogKey("count")
    /// A network address without port.
    package static let address = LogKey("address")
    /// A TCP port.
    package static let port = LogKey("port")
    /// A path in the file system.
    package static let path = LogKey("path")
    /// An error's own sentence, which holds no user content.
    package static let error = LogKey("error")
    /// The name of a service, a setting or a thread.
    package static let name = LogKey("name")
}
