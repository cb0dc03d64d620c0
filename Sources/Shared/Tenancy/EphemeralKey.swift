package import Core

/// What a tenant asks for when it mints an ephemeral key.
package struct EphemeralKeyRequest: Sendable {
    /// Shortest lifetime a client may ask for.
    package static let shortestLifetime = Duration.seconds(10)
    /// Longest lifetime a client may ask for.
    package static let longestLifetime = Duration.seconds(7200)
    /// Largest session configuration, in UTF-8 bytes.
    package static let maximumConfigurationBytes = 256 * 1024

    /// The session configuration as JSON text, stored server-side; the token carries only its SHA-256.
    package var configuration: String
    /// Which of the two wire shapes the configuration has.
    package var shape: SessionShape
    /// How long new sessions may be opened with it: 10 s to 2 h.
    package var lifetime: Duration
    /// How long one session may then last; the configuration is kept that much longer.
    package var sessionCap: Duration

    /// A request with these values.
    package init(
        configuration: String, shape: SessionShape, lifetime: Duration = .seconds(600),
        sessionCap: Duration = .seconds(3600)
    ) {
        self.configuration = configuration
        self.shape = shape
        self.lifetime = lifetime
        self.sessionCap = sessionCap
    }
}

/// A minted ephemeral key.
package struct EphemeralKey: Sendable, Hashable {
    /// `ek_` and the token; every character is legal in a WebSocket subprotocol name.
    package let value: Secret
    /// The token's own id, for revoking it.
    package let tokenID: String
    /// When it was minted.
    package let issued: UnixTime
    /// The moment from which no session can be opened with it.
    package let expires: UnixTime

    /// A key with these values.
    package init(value: Secret, tokenID: String, issued: UnixTime, expires: UnixTime) {
        self.value = value
        self.tokenID = tokenID
        self.issued = issued
        self.expires = expires
    }
}
