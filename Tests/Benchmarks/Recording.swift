import Audio
import Foundation
import Waveforms

/// A human recording of Debian's pocketsphinx-testdata, 16 kHz mono.
enum Recording {
    /// The samples of a recording, "go forward ten meters" unless another is named.
    static func samples(_ name: String = "goforward.raw") throws -> [Int16] {
        let path = "/usr/share/pocketsphinx/test/data/\(name)"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw BenchmarkError(description: "\(path) is missing: install Debian's pocketsphinx-testdata.")
        }
        let bytes = [UInt8](data)
        if name.hasSuffix(".wav") { return try WAVFile(bytes: bytes.span).samples }
        var samples: [Int16] = []
        PCM16.decode(bytes.span, appendingTo: &samples)
        return samples
    }
}
