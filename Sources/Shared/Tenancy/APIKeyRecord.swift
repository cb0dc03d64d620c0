package import Core

/// What is stored and shown about one API key; the secret itself is nowhere.
package struct APIKeyRecord: Sendable, Hashable {
    /// The public id; part of the key's text.
    package let id: KeyID
    /// Whose key it is.
    package let tenant: TenantID
    /// For people; not unique.
    package var name: String
    /// When it was made or taken over.
    package let created: UnixTime
    /// When it stops working, if ever.
    package var expires: UnixTime?
    /// Whether it was made unusable for good.
    package var isRevoked: Bool
    /// Sessions alive at the same time through this key; zero means only the tenant's limit counts.
    package var concurrentSessions: Int
    /// The last four characters of the secret, to recognise it by.
    package let lastFour: String

    /// A record with these values.
    package init(
        id: KeyID, tenant: TenantID, name: String, created: UnixTime, expires: UnixTime? = nil, isRevoked: Bool = false,
        concurrentSessions: Int = 0, lastFour: String
    ) {
        self.id = id
        self.tenant = tenant
        self.name = name
        self.created = created
        self.expires = expires
        self.isRevoked = isRevoked
        self.concurrentSessions = concurrentSessions
        self.lastFour = lastFour
    }
}

/// A key at the only moment its secret is known: right after it was made.
package struct IssuedAPIKey: Sendable, Hashable {
    /// What is stored of it.
    package let record: APIKeyRecord
    /// The whole key as the client sends it.
    package let secret: Secret

    /// Joins record and secret.
    package init(record: APIKeyRecord, secret: Secret) {
        self.record = record
        self.secret = secret
    }
}
