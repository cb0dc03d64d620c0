/// What the connections of a client share about TLS.
struct HTTPTrust {
    /// Whom to trust.
    let authorities: CertificateStore
    /// The sessions to take up again.
    let sessions: CurlSharedSessions
}
