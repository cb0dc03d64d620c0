package import Core

/// Proves who is asking.
///
/// Both the control plane and the workers call it, from any executor.
package protocol Authenticator: Sendable {
    /// The owner of an API key or ephemeral key.
    ///
    /// Throws `missing_credentials`, `invalid_api_key`, `expired_api_key`, `invalid_client_secret`,
    /// `client_secret_expired`, `credential_revoked`, `tenant_suspended`, or `store_unavailable` when it cannot tell.
    func authenticate(_ credential: Secret) async throws(TenancyError) -> Principal

    /// The JSON text of the session configuration an ephemeral key refers to; nil for an API key.
    ///
    /// Throws `configuration_missing` or `store_unavailable`.
    func sessionConfiguration(of principal: Principal) async throws(TenancyError) -> String?
}
