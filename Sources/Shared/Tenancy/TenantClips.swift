package import Core

/// The typing sound of each tenant that has one of its own, as a WAV file; what the file may be is the caller's affair.
///
/// The control plane and the workers call it, from any executor.
package protocol TenantClips: Sendable {
    /// The file; nil if the tenant has none.
    ///
    /// Throws `store_unavailable`.
    func clip(of tenant: TenantID) async throws(TenancyError) -> [UInt8]?

    /// Replaces the file; nil removes it.
    ///
    /// Throws `not_found` or `store_unavailable`.
    func setClip(_ file: [UInt8]?, of tenant: TenantID) async throws(TenancyError)
}
