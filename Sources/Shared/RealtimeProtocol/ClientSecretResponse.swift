package import Core

/// The answer to a request for an ephemeral key (protocol section 1.6).
package struct ClientSecretResponse: Sendable, Equatable {
    /// The ephemeral key, `ek_…`.
    package var value: Secret
    /// Unix seconds at which the key stops opening sessions.
    package var expiresAt: Int
    /// The session that the key opens; its own `expiresAt` is 0, because none runs yet.
    package var session: SessionObject

    /// An answer with these values.
    package init(value: Secret, expiresAt: Int, session: SessionObject) {
        self.value = value
        self.expiresAt = expiresAt
        self.session = session
    }

    /// Appends the body for `endpoint`: key beside session in GA, key inside the flat session in beta.
    package func encode(for endpoint: ClientSecretEndpoint, into output: inout [UInt8]) {
        JSONWriter.append(to: &output) { writer in
            switch endpoint.shape {
            case .ga:
                writer.object { writer in
                    writer.member("value", value.revealed)
                    writer.member("expires_at", expiresAt)
                    writer.key("session")
                    SessionEncoder(shape: .ga).write(session, into: &writer)
                }
            case .beta:
                SessionEncoder(shape: .beta, clientSecret: (value.revealed, expiresAt)).write(session, into: &writer)
            }
        }
    }
}
