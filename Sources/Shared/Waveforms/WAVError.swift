/// Why a WAV file could not be read.
package struct WAVError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    package enum Code: String, Sendable, CaseIterable {
        /// The bytes are not a WAV file, or its header is longer than any we accept.
        case malformed = "malformed_wav"
        /// The WAV file holds something else than was asked for.
        case unsupported = "unsupported_wav"
    }

    /// What went wrong.
    package let code: Code
    /// One sentence; holds no audio.
    package let message: String
    /// Where in our code.
    package let file: String
    /// Where in our code.
    package let line: Int

    init(_ code: Code, _ message: String, file: String = #fileID, line: Int = #line) {
        self.code = code
        self.message = message
        self.file = file
        self.line = line
    }

    /// The code and the sentence.
    package var description: String { "\(code.rawValue): \(message)" }
}
