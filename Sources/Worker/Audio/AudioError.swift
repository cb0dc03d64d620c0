package import Core

/// Why audio could not be read or converted.
package struct AudioError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    package enum Code: String, Sendable, CaseIterable {
        /// The sample rates are outside 1,000…384,000 Hz or further apart than libsamplerate allows.
        case unsupportedRate = "unsupported_rate"
        /// libsamplerate refused to make a converter or to convert.
        case resamplerFailed = "resampler_failed"
        /// libspeexdsp has no memory for a noise suppressor.
        case suppressorFailed = "suppressor_failed"
        /// A recording is too short for what is to be made of it.
        case tooShort = "too_short"
    }

    /// What went wrong.
    package let code: Code
    /// One sentence; holds no audio.
    package let message: String
    /// Where in our code.
    package let file: String
    /// Where in our code.
    package let line: Int

    /// A converter that fails is our fault, audio that cannot be used is the sender's.
    package var category: ErrorCategory {
        switch code {
        case .unsupportedRate, .resamplerFailed, .suppressorFailed: .internal
        case .tooShort: .malformedResponse
        }
    }

    init(_ code: Code, _ message: String, file: String = #fileID, line: Int = #line) {
        self.code = code
        self.message = message
        self.file = file
        self.line = line
    }

    /// The code and the sentence.
    package var description: String { "\(code.rawValue): \(message)" }
}
