import CSileroKernels

/// Which build of the network's kernels runs.
package enum InstructionSet: String, Sendable, CaseIterable {
    /// Four lanes: SSE2 on x86-64, NEON on arm64.
    case plain
    /// Eight lanes with fused multiply-add.
    case avx2
    /// Sixteen lanes.
    case avx512

    /// The widest one that this machine can run.
    package static let best: InstructionSet = allCases.last(where: \.isAvailable) ?? .plain

    /// Whether this machine can run it.
    package var isAvailable: Bool { unsafe step != nil }

    /// The kernels' entry; nil if this machine cannot run it.
    var step: SileroStep? {
        switch self {
        case .plain: unsafe silero_variant(silero_plain)
        case .avx2: unsafe silero_variant(silero_avx2)
        case .avx512: unsafe silero_variant(silero_avx512)
        }
    }
}
