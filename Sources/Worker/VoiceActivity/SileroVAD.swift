import CSileroKernels
import Pipeline

/// The Silero voice activity network for one listener: 32 ms windows of 16 kHz audio to probabilities of speech.
///
/// Used on the session's loop only. It holds 1.3 kB; the weights are the factory's, scratch memory is the thread's stack.
@safe
package final class SileroVAD: VoiceActivityDetector {
    /// 512 samples.
    package var windowLength: Int { silero_window }

    private let weights: SileroWeights
    private let step: SileroStep
    private let state: UnsafeMutablePointer<SileroState>
    private var model: SileroModel

    /// A detector in its initial state; `step` is one of the kernels' entries for this machine.
    init(weights: SileroWeights, step: @escaping SileroStep) {
        self.weights = weights
        unsafe self.step = step
        unsafe model = weights.model
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: SileroState())
    }

    deinit { unsafe state.deallocate() }

    /// Listens to the next window.
    ///
    /// Values beyond -1…1 count as full scale, values that are not finite as silence.
    /// - Parameter window: exactly 512 samples.
    /// - Returns: the probability from 0 to 1 that it is speech.
    package func probability(of window: Span<Float>) -> Float {
        precondition(window.count == windowLength, "a window of voice activity detection has 512 samples")
        return unsafe window.withUnsafeBufferPointer { samples in
            guard let first = samples.baseAddress else { return 0 }
            return unsafe step(&model, state, first)
        }
    }

    /// Forgets what was heard before.
    package func reset() { unsafe state.pointee = SileroState() }
}
