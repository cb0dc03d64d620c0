package import Core

/// On whose account work is done.
package struct WorkOwner: Sendable, Hashable {
    /// The session.
    package let session: SessionID
    /// Whose session it is; nil where sessions have no tenant.
    package let tenant: TenantID?

    /// An owner.
    package init(session: SessionID, tenant: TenantID?) {
        self.session = session
        self.tenant = tenant
    }
}
