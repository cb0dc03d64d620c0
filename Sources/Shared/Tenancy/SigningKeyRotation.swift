/// Replaces the key that signs ephemeral keys.
///
/// An operator's command calls it, from any executor.
package protocol SigningKeyRotation: Sendable {
    /// Signs with a new key from now on; what the old one signed stays good until it expires. Answers the new key's id.
    func rotateSigningKey() async throws(TenancyError) -> String
}
