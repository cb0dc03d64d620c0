package import Core

/// One customer of the operator: owner of keys, sessions and limits.
package struct Tenant: Sendable, Hashable {
    /// Whether its credentials work.
    package enum Status: String, Sendable, Hashable, CaseIterable {
        case active, suspended
    }

    /// Never reused.
    package let id: TenantID
    /// For people; not unique.
    package var name: String
    /// Whether its credentials work.
    package var status: Status
    /// What it may use.
    package var limits: TenantLimits
    /// When it was made.
    package let created: UnixTime
    /// Ephemeral keys issued before this moment are refused.
    package var tokensNotBefore: UnixTime?

    /// A tenant with these values.
    package init(
        id: TenantID, name: String, status: Status = .active, limits: TenantLimits = .standard, created: UnixTime,
        tokensNotBefore: UnixTime? = nil
    ) {
        self.id = id
        self.name = name
        self.status = status
        self.limits = limits
        self.created = created
        self.tokensNotBefore = tokensNotBefore
    }
}
