/// Counts plain REST calls against the tenant's requests per minute.
///
/// The control plane calls it, from any executor.
package protocol RequestLimiter: Sendable {
    /// Takes `cost` requests or none. Throws `requests` with `retryAfter`, `tenant_suspended`, `credential_revoked`,
    /// `not_found` or `store_unavailable`.
    @discardableResult
    func chargeRequest(_ principal: Principal, cost: Int) async throws(TenancyError) -> RateLimitStatus
}
