import Audio
import RealtimeProtocol

/// 24,000 Hz mono samples to wire bytes of one output format, streaming.
struct OutputAudioConverter {
    private let format: AudioFormat
    private let resampler: Resampler?

    /// - Throws: `AudioError` when there is no memory for the resampler.
    init(format: AudioFormat) throws(AudioError) {
        self.format = format
        resampler = format.sampleRate == 24_000 ? nil : try Resampler(from: 24_000, to: format.sampleRate)
    }

    /// The wire bytes of `samples`.
    func convert(_ samples: [Int16]) throws(AudioError) -> [UInt8] {
        guard let resampler else { return format.encoded(samples) }
        var resampled: [Int16] = []
        try resampler.process(samples.span, appendingTo: &resampled)
        return format.encoded(resampled)
    }

    /// The wire bytes of what the resampler still held back; the next samples begin a new stream.
    func finish() throws(AudioError) -> [UInt8] {
        var resampled: [Int16] = []
        try resampler?.finish(appendingTo: &resampled)
        return format.encoded(resampled)
    }
}
