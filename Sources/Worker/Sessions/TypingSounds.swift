package import Audio
package import EventLoops
package import Observability

/// The typing sounds of a worker's sessions: each of our own is made once and shared.
///
/// DESIGN. The actor lives on the sessions' loop; the samples are made on a thread of `pool`, which takes some milliseconds. A tenant's
/// own clip is its session's alone and is not kept here.
package actor TypingSounds {
    private nonisolated let loop: any EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }
    private let pool: BlockingPool?
    private let logger: Logger
    private var loops: [Duration: TypingLoop] = [:]

    /// Lengths that are kept; beyond it all are made anew.
    private static let mostLoops = 16

    /// No sound yet; without a `pool` sounds are made on the loop.
    package init(pool: BlockingPool?, loop: any EventLoop, logger: Logger) {
        self.pool = pool
        self.loop = loop
        self.logger = logger
    }

    /// The sound; nil when there is no memory for it, or `typing` is a clip that cannot be read.
    package func sound(_ typing: ComfortPlan.Typing) async -> TypingLoop? {
        if case .keystrokes(let length) = typing, let sound = loops[length] { return sound }
        do {
            let sound = try await make(typing)
            if case .keystrokes(let length) = typing {
                if loops.count >= Self.mostLoops { loops = [:] }
                loops[length] = sound
            }
            return sound
        } catch {
            logger.warning("a typing sound cannot be made", [.error: .string(String(describing: error))])
            return nil
        }
    }

    private func make(_ typing: ComfortPlan.Typing) async throws -> TypingLoop {
        guard let pool else { return try Self.made(typing) }
        return try await pool.run { try Self.made(typing) }
    }

    private static func made(_ typing: ComfortPlan.Typing) throws(AudioError) -> TypingLoop {
        switch typing {
        case .keystrokes(let length): try TypingLoop(duration: length)
        case .clip(let bytes): try TypingLoop(TypingClip.read(bytes.span))
        }
    }
}
