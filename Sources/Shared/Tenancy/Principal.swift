package import Core

/// Who is asking, proven: the result of authentication and the subject of every limit.
package struct Principal: Sendable, Hashable {
    /// By what it was proven.
    package enum Credential: Sendable, Hashable {
        /// The tenant's own secret key.
        case apiKey
        /// A short-lived key the tenant gave to its client.
        case ephemeral(EphemeralGrant)
    }

    /// Whose request it is.
    package let tenant: TenantID
    /// The API key itself, or the one that minted the ephemeral key.
    package let key: KeyID
    /// By what it was proven.
    package let credential: Credential
    /// When the credential stops working, if ever.
    package let expires: UnixTime?
    /// Concurrent sessions allowed through `key`; zero means only the tenant's limit counts.
    package let keyConcurrentSessions: Int
    /// The JSON text of what the tenant set for how its sessions feel; nil for an ephemeral key, whose configuration has it.
    package let behavior: String?

    /// A principal with these values.
    package init(
        tenant: TenantID, key: KeyID, credential: Credential, expires: UnixTime? = nil, keyConcurrentSessions: Int = 0,
        behavior: String? = nil
    ) {
        self.tenant = tenant
        self.key = key
        self.credential = credential
        self.expires = expires
        self.keyConcurrentSessions = keyConcurrentSessions
        self.behavior = behavior
    }

    /// The grant of an ephemeral key; nil for an API key.
    package var grant: EphemeralGrant? { if case .ephemeral(let grant) = credential { grant } else { nil } }
}

/// What an ephemeral key says about the session it may open.
package struct EphemeralGrant: Sendable, Hashable {
    /// The token's own id.
    package let tokenID: String
    /// When the key was minted.
    package let issued: UnixTime
    /// Which of the two wire shapes the configuration has.
    package let shape: SessionShape
    /// SHA-256 of the stored session configuration, base64url.
    package let configurationDigest: String

    /// A grant with these values.
    package init(tokenID: String, issued: UnixTime, shape: SessionShape, configurationDigest: String) {
        self.tokenID = tokenID
        self.issued = issued
        self.shape = shape
        self.configurationDigest = configurationDigest
    }
}

/// Which of the two wire protocols a session configuration is written in.
package enum SessionShape: String, Sendable, Hashable, CaseIterable {
    case ga, beta
}
