package import Core

/// What each tenant set for how its sessions feel, as JSON text; what the text may say is the caller's affair.
///
/// The control plane calls it, from any executor.
package protocol TenantBehaviors: Sendable {
    /// The text; nil if the tenant set nothing.
    ///
    /// Throws `not_found` or `store_unavailable`.
    func behavior(of tenant: TenantID) async throws(TenancyError) -> String?

    /// Replaces the text; nil removes it.
    ///
    /// This process knows it at once, others when they look at the tenant's keys again, seconds later.
    /// Throws `not_found` or `store_unavailable`.
    func setBehavior(_ text: String?, of tenant: TenantID) async throws(TenancyError)
}
