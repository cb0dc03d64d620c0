import Audio
import Foundation

/// A human recording of Debian's pocketsphinx-testdata, 16 kHz mono.
enum Recording {
    /// The samples of "go forward ten meters".
    static func samples() throws -> [Int16] {
        let path = "/usr/share/pocketsphinx/test/data/goforward.raw"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw BenchmarkError(description: "\(path) is missing: install Debian's pocketsphinx-testdata.")
        }
        var samples: [Int16] = []
        PCM16.decode([UInt8](data).span, appendingTo: &samples)
        return samples
    }
}
