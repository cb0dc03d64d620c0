import Core

/// The body of a request for an ephemeral key, of any of the three endpoints (protocol section 1.6).
package struct ClientSecretRequest: Sendable, Equatable {
    /// How long the key may open sessions, 10 to 7,200 s; nil: the endpoint's default.
    package var expiresAfter: Duration?
    /// The model the session is opened with; nil: the client did not say.
    package var model: String?
    /// What the session starts with; `kind` is always set.
    package var session: SessionUpdate

    /// A request with these values.
    package init(expiresAfter: Duration? = nil, model: String? = nil, session: SessionUpdate = SessionUpdate()) {
        self.expiresAfter = expiresAfter
        self.model = model
        self.session = session
    }

    /// Reads a body; an empty one counts as `{}`.
    ///
    /// `turnDetection` is what a `server_vad` has where the client does not say.
    /// - Throws: `ProtocolError` with the path of the field in `parameter`: `session.…` in GA, the bare field in beta.
    package static func decode(
        _ body: Span<UInt8>, endpoint: ClientSecretEndpoint, turnDetection: ServerVAD = ServerVAD()
    ) throws(ProtocolError)
        -> ClientSecretRequest
    {
        var result = ClientSecretRequest()
        result.session.kind = endpoint == .transcriptionSessions ? .transcription : .realtime
        guard !body.isEmpty else { return result }
        var tape = JSONTape()
        do throws(JSONError) {
            try tape.parse(body)
        } catch {
            throw .invalidJSON(error)
        }
        let document = JSONDocument(body, tape)
        guard document.kind(document.root) == .object else {
            throw ProtocolError(.invalidJSON, "Invalid body: expected a JSON object.")
        }
        let request = try ObjectReader(document, document.root, path: "")
        try result.read(request, endpoint, turnDetection)
        return result
    }

    private mutating func read(
        _ request: borrowing ObjectReader, _ endpoint: ClientSecretEndpoint, _ turnDetection: ServerVAD
    ) throws(ProtocolError) {
        let decoded: SessionDecoder.Decoded
        switch endpoint {
        case .clientSecrets:
            try request.refuseUnknown(["expires_after", "session"])
            if let lifetime = try request.child("expires_after") { expiresAfter = try Self.lifetime(lifetime) }
            guard let session = try request.child("session") else { return }
            decoded = try SessionDecoder.ga(session, turnDetection)
        case .sessions:
            expiresAfter = try Self.betaLifetime(request)
            decoded = try SessionDecoder.beta(request, turnDetection)
        case .transcriptionSessions:
            expiresAfter = try Self.betaLifetime(request)
            decoded = try SessionDecoder.betaTranscription(request, turnDetection)
        }
        let kind = session.kind
        session = decoded.update
        session.kind = decoded.update.kind ?? kind
        model = decoded.model
    }

    /// `client_secret`: the lifetime stands under `expires_after`, and in transcription sessions under `expires_at`.
    private static func betaLifetime(_ request: borrowing ObjectReader) throws(ProtocolError) -> Duration? {
        guard let secret = try request.child("client_secret") else { return nil }
        try secret.refuseUnknown(["expires_after", "expires_at"])
        if let after = try secret.child("expires_after") { return try lifetime(after) }
        if let at = try secret.child("expires_at") { return try lifetime(at) }
        return nil
    }

    private static func lifetime(_ value: borrowing ObjectReader) throws(ProtocolError) -> Duration? {
        try value.refuseUnknown(["anchor", "seconds"])
        try value.constant("anchor", ["created_at"])
        return try value.integer("seconds", ProtocolLimits.clientSecretSeconds).map { .seconds($0) }
    }

    /// The configuration that a session of this request starts with.
    ///
    /// `behavior` is the operator's, `tenant` what the tenant set, as it is stored.
    package func configuration(
        defaultModel: String, turnDetection: ServerVAD = ServerVAD(), behavior: SessionBehavior = SessionBehavior(),
        tenant: String? = nil
    ) -> SessionConfiguration {
        var configuration = SessionConfiguration(kind: session.kind ?? .realtime, model: model ?? defaultModel)
        configuration.input.turnDetection = .serverVAD(turnDetection)
        configuration.setBehavior(behavior, tenant: tenant)
        return session.applied(to: configuration)
    }
}

/// The endpoints that mint ephemeral keys.
package enum ClientSecretEndpoint: String, Sendable, CaseIterable {
    /// `POST /v1/realtime/client_secrets`.
    case clientSecrets
    /// `POST /v1/realtime/sessions`.
    case sessions
    /// `POST /v1/realtime/transcription_sessions`.
    case transcriptionSessions

    /// The shape that a connection with such a key speaks.
    package var shape: RealtimeShape { self == .clientSecrets ? .ga : .beta }
}
