package import Audio
package import Core
package import EventLoops
package import Observability
import Waveforms

/// The typing sounds of a worker's sessions: each is made once and shared, a tenant's own with its sessions only.
///
/// DESIGN. The actor lives on the sessions' loop; the samples are made on a thread of `pool`, which takes some milliseconds. A clip is
/// looked up when a session that wants it prepares its comfort and the last look is `freshness` ago; all who want it meanwhile wait
/// for the same look. While the store is away the last clip known goes on, else keystrokes take its place.
package actor TypingSounds {
    private struct Clip {
        /// nil: the tenant has none.
        var sound: TypingLoop?
        /// When to look again.
        var expiry: MonotonicInstant
        var used: UInt64
        /// Memory it takes.
        var bytes: Int { 64 + 2 * ((sound?.wide.count ?? 0) + (sound?.narrow.count ?? 0)) }
    }

    private nonisolated let loop: any EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }
    private let source: (any TypingClipSource)?
    private let pool: BlockingPool?
    private let logger: Logger
    private var keystrokes: [Duration: TypingLoop] = [:]
    private var clips: [TenantID: Clip] = [:]
    private var looking: [TenantID: Task<Void, Never>] = [:]
    private var uses: UInt64 = 0

    /// Lengths of keystrokes that are kept; beyond it all are made anew.
    private static let mostLoops = 16
    /// Bytes of clips that are kept: those of some 50 tenants at their longest, of hundreds as clips are.
    private static let mostClipBytes = 32 << 20
    /// How long a clip is taken for the tenant's without looking.
    package static let freshness = Duration.seconds(60)
    /// How long nobody asks a store that was away.
    private static let patience = Duration.seconds(5)

    /// No sound yet; without a `source` no tenant has a clip, without a `pool` sounds are made on the loop.
    package init(
        clips source: (any TypingClipSource)? = nil, pool: BlockingPool?, loop: any EventLoop, logger: Logger
    ) {
        self.source = source
        self.pool = pool
        self.loop = loop
        self.logger = logger
    }

    /// The sound for a session of `tenant`; nil when there is no memory for it.
    package func sound(_ typing: ComfortPlan.Typing, of tenant: TenantID?) async -> TypingLoop? {
        switch typing {
        case .keystrokes(let length): return await keystrokes(length)
        case .clip(let length):
            if let tenant, let clip = await clip(of: tenant) { return clip }
            return await keystrokes(length)
        }
    }

    private func keystrokes(_ length: Duration) async -> TypingLoop? {
        if let sound = keystrokes[length] { return sound }
        let sound = await make { () throws(AudioError) in try TypingLoop(duration: length) }
        if let sound {
            if keystrokes.count >= Self.mostLoops { keystrokes = [:] }
            keystrokes[length] = sound
        }
        return sound
    }

    private func clip(of tenant: TenantID) async -> TypingLoop? {
        if clips[tenant].map({ $0.expiry <= loop.now }) ?? true {
            let look =
                looking[tenant]
                ?? Task(name: "typing clip", executorPreference: loop) {
                    await self.look(for: tenant)
                    await self.ended(tenant)
                }
            looking[tenant] = look
            await look.value
        }
        uses += 1
        clips[tenant]?.used = uses
        return clips[tenant]?.sound
    }

    private func ended(_ tenant: TenantID) { looking[tenant] = nil }

    private func look(for tenant: TenantID) async {
        let known = clips[tenant]
        var next = Clip(sound: known?.sound, expiry: loop.now + Self.freshness, used: uses)
        switch await source?.clip(of: tenant) ?? .none {
        case .clip(let file): next.sound = await make { () throws(AudioError) in try TypingLoop(file) }
        case .none: next.sound = nil
        case .unavailable: next.expiry = loop.now + Self.patience
        }
        if next.sound == nil, known == nil || known?.sound != nil {
            logger.warning("a tenant has no typing clip to be heard", [.tenant: LogValue(tenant)])
        }
        clips[tenant] = next
        var bytes = clips.values.reduce(0) { $0 + $1.bytes }
        while bytes > Self.mostClipBytes,
            let oldest = clips.filter({ $0.key != tenant }).min(by: { $0.value.used < $1.value.used })
        {
            bytes -= oldest.value.bytes
            clips[oldest.key] = nil
        }
    }

    private func make(_ body: @escaping @Sendable () throws(AudioError) -> TypingLoop) async -> TypingLoop? {
        do {
            guard let pool else { return try body() }
            return try await pool.run { try body() }
        } catch {
            logger.warning("a typing sound cannot be made", [.error: .string(String(describing: error))])
            return nil
        }
    }
}
