package import Pipeline

/// Makes detectors that share one copy of the Silero weights.
package struct SileroVADFactory: VoiceActivityDetectorFactory {
    private let weights: SileroWeights
    private let instructionSet: InstructionSet

    /// Reads `silero_vad_16k.safetensors` of the `silero-vad` package; blocks for some milliseconds.
    /// - Parameters:
    ///   - weightsPath: the file's path.
    ///   - instructionSet: the kernels to use; the widest of this machine by default.
    /// - Throws: when the file is unreadable, has another format or lacks a tensor, or the kernels do not exist here.
    package init(weightsPath: String, instructionSet: InstructionSet = .best) throws(VoiceActivityError) {
        try self.init(file: SafetensorsFile(path: weightsPath), instructionSet: instructionSet)
    }

    init(file: SafetensorsFile, instructionSet: InstructionSet) throws(VoiceActivityError) {
        guard instructionSet.isAvailable else {
            throw VoiceActivityError(
                .unavailableInstructionSet, "This machine cannot run the \(instructionSet.rawValue) kernels.")
        }
        weights = try SileroWeights(file)
        self.instructionSet = instructionSet
    }

    /// A detector in its initial state.
    package func makeDetector() -> any VoiceActivityDetector {
        guard let step = unsafe instructionSet.step else { preconditionFailure("checked by init") }
        return unsafe SileroVAD(weights: weights, step: step)
    }
}
