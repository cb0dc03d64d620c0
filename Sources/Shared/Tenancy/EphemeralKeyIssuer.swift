package import Core

/// Mints and revokes ephemeral keys.
///
/// The control plane calls it, from any executor.
package protocol EphemeralKeyIssuer: Sendable {
    /// Stores the configuration and signs a key for it. Only an API key may mint.
    ///
    /// Throws `insufficient_scope`, `invalid_value`, `configuration_too_large` or `store_unavailable`.
    func mint(_ request: EphemeralKeyRequest, for principal: Principal) async throws(TenancyError) -> EphemeralKey

    /// Makes one ephemeral key unusable for new sessions.
    func revoke(tokenID: String, tenant: TenantID) async throws(TenancyError)

    /// The public signing keys as a JSON Web Key Set (RFC 7517), JSON text.
    func publicKeySet() async throws(TenancyError) -> String
}
