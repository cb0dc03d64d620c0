package import Core
package import Waveforms

/// Where a tenant's own typing sound comes from.
///
/// Called on the sessions' loop while comfort is being prepared; nothing waits for it meanwhile.
package protocol TypingClipSource: Sendable {
    /// The clip of `tenant`.
    func clip(of tenant: TenantID) async -> TypingClipAnswer
}

/// What is known of a tenant's clip.
package enum TypingClipAnswer: Sendable {
    /// It has this one.
    case clip(WAVFile)
    /// It has none that can be used.
    case none
    /// That cannot be told now.
    case unavailable
}
