package import Core

/// Why the detector's weights could not be used.
///
/// Thrown while the worker starts, never while it listens.
package struct VoiceActivityError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    package enum Code: String, Sendable, CaseIterable {
        /// The file cannot be read or is larger than any model we know.
        case unreadableFile = "unreadable_file"
        /// The file is not in the safetensors format.
        case malformedFile = "malformed_file"
        /// A tensor that the network needs is not in the file.
        case missingTensor = "missing_tensor"
        /// A tensor has another type, shape or length than the network needs, or a value that is not finite.
        case unusableTensor = "unusable_tensor"
        /// The instruction set that was asked for does not exist on this machine.
        case unavailableInstructionSet = "unavailable_instruction_set"
    }

    /// What went wrong.
    package let code: Code
    /// One sentence for the operator; names the tensor if it is about one.
    package let message: String
    /// Where in our code.
    package let file: String
    /// Where in our code.
    package let line: Int

    /// Always `.invalidRequest`: only another file or setting helps.
    package var category: ErrorCategory { .invalidRequest }

    init(_ code: Code, _ message: String, file: String = #fileID, line: Int = #line) {
        self.code = code
        self.message = message
        self.file = file
        self.line = line
    }

    /// The code and the sentence.
    package var description: String { "\(code.rawValue): \(message)" }
}
