import Core
import Sessions
import Tenancy
import Waveforms

/// The clips of tenants as the control plane stored them.
struct StoredTypingClips: TypingClipSource {
    let store: any TenantClips

    func clip(of tenant: TenantID) async -> TypingClipAnswer {
        do throws(TenancyError) {
            guard let file = try await store.clip(of: tenant) else { return .none }
            // Another version of the product may have stored what this one does not take.
            return (try? TypingClip.read(file.span)).map { .clip($0) } ?? .none
        } catch {
            return .unavailable
        }
    }
}
