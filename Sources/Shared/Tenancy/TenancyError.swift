package import Core

/// Why a credential, an admission or a record was refused.
///
/// The REST and Realtime sides map `code` to their own status, event and close code; `message` is safe to show a client.
package struct TenancyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The closed set of reasons; the raw value is the `code` clients see.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// No credential was presented.
        case missingCredentials = "missing_credentials"
        /// The API key is malformed, unknown or its secret is wrong.
        case invalidAPIKey = "invalid_api_key"
        /// The API key is past its expiry.
        case expiredAPIKey = "expired_api_key"
        /// The ephemeral key is malformed, forged or meant for another audience.
        case invalidClientSecret = "invalid_client_secret"
        /// The ephemeral key is past its expiry.
        case clientSecretExpired = "client_secret_expired"
        /// The key, the token or everything the tenant issued before a cut-off was revoked.
        case revoked = "credential_revoked"
        /// The credential is genuine but may not do this.
        case insufficientScope = "insufficient_scope"
        /// The tenant is suspended.
        case tenantSuspended = "tenant_suspended"
        /// Tenant or key has as many live sessions as it may have.
        case concurrentSessionsExceeded = "concurrent_sessions_exceeded"
        /// Too many requests per minute.
        case requests = "requests"
        /// Too many session starts per minute.
        case sessionStartRate = "session_start_rate"
        /// No worker has a free slot.
        case noCapacity = "no_capacity"
        /// The worker asked for is draining.
        case draining = "draining"
        /// The session id is in use by another credential or worker, or has ended.
        case sessionConflict = "session_conflict"
        /// The session's leases are gone; it may not be served.
        case sessionLost = "session_lost"
        /// The session configuration behind an ephemeral key is no longer stored.
        case configurationMissing = "configuration_missing"
        /// The session configuration is larger than the limit.
        case configurationTooLarge = "configuration_too_large"
        /// An argument is outside its documented range.
        case invalidValue = "invalid_value"
        /// The object exists already.
        case alreadyExists = "already_exists"
        /// There is no such object (or the caller may not know of it).
        case notFound = "not_found"
        /// The store cannot be asked right now; the credential may well be good.
        case storeUnavailable = "store_unavailable"
        /// A fault of our own: a record that cannot be read, a primitive that failed.
        case `internal` = "internal_error"
    }

    /// Which of the documented reasons.
    package let code: Code
    /// One sentence for the client; never holds a secret or user content.
    package let message: String
    /// When trying again makes sense, if it does.
    package let retryAfter: Duration?
    /// What failed underneath, for logs.
    package let underlying: String?

    /// An error with the catalogue's sentence for `code`, unless `message` says it better.
    package init(_ code: Code, message: String? = nil, retryAfter: Duration? = nil, underlying: String? = nil) {
        self.code = code
        self.message = message ?? code.sentence
        self.retryAfter = retryAfter
        self.underlying = underlying
    }

    /// What the caller can do about it.
    package var category: ErrorCategory { code.category }

    package var description: String {
        underlying.map { "\(code.rawValue): \(message) [\($0)]" } ?? "\(code.rawValue): \(message)"
    }
}

extension TenancyError.Code {
    /// What the caller can do about it.
    package var category: ErrorCategory {
        switch self {
        case .missingCredentials, .invalidAPIKey, .expiredAPIKey, .invalidClientSecret, .clientSecretExpired, .revoked,
            .insufficientScope, .tenantSuspended:
            .authentication
        case .concurrentSessionsExceeded, .requests, .sessionStartRate: .rateLimited
        case .noCapacity, .draining, .storeUnavailable, .sessionLost: .unavailable
        case .sessionConflict, .configurationMissing, .configurationTooLarge, .invalidValue, .alreadyExists, .notFound:
            .invalidRequest
        case .internal: .internal
        }
    }

    /// The sentence a client reads when nothing more precise is known.
    package var sentence: String {
        switch self {
        case .missingCredentials: "You didn't provide an API key."
        case .invalidAPIKey: "Incorrect API key provided."
        case .expiredAPIKey: "The API key has expired."
        case .invalidClientSecret: "The client secret is not valid."
        case .clientSecretExpired: "The client secret has expired."
        case .revoked: "The credential has been revoked."
        case .insufficientScope: "The credential may not be used for this."
        case .tenantSuspended: "The account is suspended."
        case .concurrentSessionsExceeded: "The limit of concurrent sessions is reached."
        case .requests: "The limit of requests per minute is reached."
        case .sessionStartRate: "The limit of session starts per minute is reached."
        case .noCapacity: "All workers are busy. Try again shortly."
        case .draining: "The worker is shutting down. Connect again."
        case .sessionConflict: "The session id is in use."
        case .sessionLost: "The session is no longer admitted. Connect again."
        case .configurationMissing: "The session configuration of this client secret is no longer available."
        case .configurationTooLarge: "The session configuration is too large."
        case .invalidValue: "A value is out of range."
        case .alreadyExists: "It exists already."
        case .notFound: "There is no such object."
        case .storeUnavailable: "The service cannot check this request right now. Try again shortly."
        case .internal: "The server had an error while processing the request."
        }
    }
}
