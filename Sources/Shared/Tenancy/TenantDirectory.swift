package import Core

/// Makes and changes tenants and their API keys.
///
/// The control plane calls it, from any executor.
package protocol TenantDirectory: Sendable {
    /// A new active tenant.
    func createTenant(name: String, limits: TenantLimits) async throws(TenancyError) -> Tenant

    /// The tenant; throws `not_found`.
    func tenant(_ id: TenantID) async throws(TenancyError) -> Tenant

    /// Tenants in order of creation, at most `limit` (1...100), after `after` if given.
    func tenants(limit: Int, after: TenantID?) async throws(TenancyError) -> [Tenant]

    /// Replaces the limits; live sessions stay.
    func setLimits(_ limits: TenantLimits, of tenant: TenantID) async throws(TenancyError)

    /// Suspends or resumes the tenant; new sessions notice at once, live ones at their next renewal.
    func setStatus(_ status: Tenant.Status, of tenant: TenantID) async throws(TenancyError)

    /// Refuses every ephemeral key the tenant issued before now.
    func revokeTokens(of tenant: TenantID) async throws(TenancyError)

    /// A new API key; its secret is in the answer and nowhere else.
    func createKey(
        tenant: TenantID, name: String, expires: UnixTime?, concurrentSessions: Int
    ) async throws(TenancyError) -> IssuedAPIKey

    /// Makes an existing text (16...512 characters of a header token) an API key of the tenant; idempotent for the same tenant.
    func importKey(_ text: Secret, tenant: TenantID, name: String) async throws(TenancyError) -> APIKeyRecord

    /// The keys of a tenant, in order of creation.
    func keys(of tenant: TenantID) async throws(TenancyError) -> [APIKeyRecord]

    /// Makes the key and every ephemeral key minted with it unusable.
    func revokeKey(_ key: KeyID, of tenant: TenantID) async throws(TenancyError)

    /// The first tenant and key: imports `apiKey`, or makes a key when there is no tenant yet.
    ///
    /// Idempotent: with a tenant present and no `apiKey` it changes nothing and `issued` is nil.
    func bootstrap(apiKey: Secret?) async throws(TenancyError) -> BootstrapOutcome
}

/// What `bootstrap` found or made.
package struct BootstrapOutcome: Sendable, Hashable {
    /// The first tenant, found or made.
    package let tenant: TenantID
    /// The key imported or made; nil when a tenant was there and no key was given.
    package let key: KeyID?
    /// The new key's secret, to be shown once; nil when the operator supplied the key or it exists already.
    package let secret: Secret?

    /// An outcome with these values.
    package init(tenant: TenantID, key: KeyID?, secret: Secret?) {
        self.tenant = tenant
        self.key = key
        self.secret = secret
    }
}
