import Audio
import Core
import Pipeline
import Waveforms

/// Makes 24 kHz mono samples of the bytes of a speech answer, however they are cut: raw samples, or WAV files of any rate and
/// uncompressed coding.
///
/// The bytes decide what it is; the type is asked only about samples without a header.
struct OpenAICompatibleSpeechDecoder {
    private let endpoint: OpenAICompatibleEndpoint
    private let declared: DeclaredAudio
    /// The first bytes, until they tell what the answer is.
    private var head: [UInt8] = []
    private var kind: SpeechBodyKind?
    private var wav = WAVStreamReader()
    private var samples = SampleDecoder(.init())
    /// nil until the rate is known, and when it is ours.
    private var resampler: Resampler?

    /// A decoder for an answer of this type.
    init(contentType: String?, of endpoint: OpenAICompatibleEndpoint) {
        self.endpoint = endpoint
        declared = DeclaredAudio(contentType)
    }

    /// The samples that `bytes` complete.
    /// - Throws: `malformedResponse` for what is neither samples nor WAV.
    mutating func decode(_ bytes: [UInt8]) throws(ProviderError) -> [Int16] {
        guard kind == nil else { return try read(bytes) }
        head += bytes
        return try look(isWhole: false)
    }

    /// The samples that were withheld.
    mutating func finish() throws(ProviderError) -> [Int16] {
        var result: [Int16] = []
        if kind == nil {
            guard !head.isEmpty || declared.other == nil else { throw refusal(declared.other ?? "") }
            result += try look(isWhole: true)
        }
        result += try resample(samples.decode(wav.finish()))
        return result + (try flush())
    }

    private mutating func look(isWhole: Bool) throws(ProviderError) -> [Int16] {
        guard let found = SpeechBodyKind(head, isWhole: isWhole) else { return [] }
        kind = found
        switch found {
        case .other(let name): throw refusal(name)
        case .raw: if let other = declared.other { throw refusal(other) }
        case .wav: break
        }
        defer { head = [] }
        return try read(head)
    }

    private func refusal(_ name: String) -> ProviderError {
        endpoint.fault(.malformedResponse, "answered with \(name) instead of audio in PCM")
    }

    private mutating func read(_ bytes: [UInt8]) throws(ProviderError) -> [Int16] {
        wav.append(bytes.span)
        var result: [Int16] = []
        while true {
            let event: WAVStreamReader.Event?
            do throws(WAVError) {
                event = try wav.next()
            } catch {
                throw endpoint.fault(.malformedResponse, "sent a WAV that cannot be read")
            }
            switch event {
            case nil: return result
            case .format(let header):
                result += try flush()
                try open(header)
            case .audio(let audio): result += try resample(samples.decode(audio))
            }
        }
    }

    /// The format of what follows is known: prepares for it.
    private mutating func open(_ header: WAVHeader?) throws(ProviderError) {
        var (layout, rate) = (declared.layout, declared.rate)
        if let header {
            guard let coding = header.coding, (1...8).contains(header.channels) else {
                throw endpoint.fault(.malformedResponse, "sent a WAV that is not PCM")
            }
            layout = .init(coding: coding, isBigEndian: header.isBigEndian, channels: header.channels)
            rate = header.rate
        }
        samples = SampleDecoder(layout)
        resampler = nil
        guard rate != Self.rate else { return }
        do throws(AudioError) {
            resampler = try Resampler(from: rate, to: Self.rate)
        } catch {
            throw endpoint.fault(.malformedResponse, "sent audio of an impossible sample rate")
        }
    }

    private func resample(_ samples: [Int16]) throws(ProviderError) -> [Int16] {
        guard let resampler, !samples.isEmpty else { return samples }
        var result: [Int16] = []
        do throws(AudioError) {
            try resampler.process(samples.span, appendingTo: &result)
        } catch {
            throw endpoint.fault(error.category, "sent audio that cannot be converted")
        }
        return result
    }

    /// What the resampler withheld of the file that ends.
    private func flush() throws(ProviderError) -> [Int16] {
        guard let resampler else { return [] }
        var samples: [Int16] = []
        do throws(AudioError) {
            try resampler.finish(appendingTo: &samples)
        } catch {
            throw endpoint.fault(error.category, "sent audio that cannot be converted")
        }
        return samples
    }

    /// Of a speech chunk.
    private static let rate = 24_000
}
