import Audio
import RealtimeProtocol
import Waveforms

/// Wire bytes of one input format to 16,000 Hz mono samples, streaming.
struct InputAudioConverter {
    private let format: AudioFormat
    private let resampler: Resampler
    private var samples: [Int16] = []

    /// - Throws: `AudioError` when there is no memory for the resampler.
    init(format: AudioFormat) throws(AudioError) {
        self.format = format
        resampler = try Resampler(from: format.sampleRate, to: 16_000)
    }

    /// Converts `bytes` and appends the result to `output`; the resampler may hold back a few milliseconds.
    mutating func convert(_ bytes: Span<UInt8>, into output: inout [Int16]) throws(AudioError) {
        samples.removeAll(keepingCapacity: true)
        switch format {
        case .pcm16: PCM16.decode(bytes, appendingTo: &samples)
        case .g711MuLaw: G711.muLaw.decode(bytes, appendingTo: &samples)
        case .g711ALaw: G711.aLaw.decode(bytes, appendingTo: &samples)
        }
        try resampler.process(samples.span, appendingTo: &output)
    }
}
