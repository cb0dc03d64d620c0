import Audio
import Core
import Pipeline
import Waveforms

/// Makes 24 kHz mono samples of the bytes of a speech answer, however they are cut: raw PCM, or a WAV of any rate.
struct OpenAICompatibleSpeechDecoder {
    private let endpoint: OpenAICompatibleEndpoint
    /// The rate of raw audio.
    private let rawRate: Int
    private var wav = WAVStreamReader()
    private var pcm = PCM16Decoder()
    private var channels = 1
    /// Samples of a frame of several channels whose rest has not come.
    private var partialFrame: [Int16] = []
    /// nil until the rate is known, and when it is ours.
    private var resampler: Resampler?
    private var isOpen = false

    /// A decoder for an answer of this type.
    ///
    /// - Throws: `malformedResponse` for a type that is neither PCM nor WAV, as far as types are told.
    init(contentType: String?, of endpoint: OpenAICompatibleEndpoint) throws(ProviderError) {
        self.endpoint = endpoint
        let parts = (contentType ?? "").lowercased().split(separator: ";").map { $0.filter { !$0.isWhitespace } }
        let type = parts.first ?? ""
        let compressed = [
            "audio/mpeg", "audio/mp3", "audio/aac", "audio/flac", "audio/ogg", "audio/opus", "audio/webm",
        ]
        if type.hasPrefix("text/") || type == "application/json" || compressed.contains(type) {
            throw endpoint.fault(.malformedResponse, "answered with \(Self.harmless(type)) instead of audio in PCM")
        }
        // RFC 2586 for audio/L16, used for audio/pcm alike.
        let rate = parts.first { $0.hasPrefix("rate=") }.flatMap { Int($0.dropFirst("rate=".count)) }
        rawRate = rate.flatMap { (8_000...96_000).contains($0) ? $0 : nil } ?? Self.rate
    }

    /// The samples that `bytes` complete.
    mutating func decode(_ bytes: [UInt8]) throws(ProviderError) -> [Int16] {
        var audio: [UInt8] = []
        do throws(WAVError) {
            try wav.read(bytes.span, appendingTo: &audio)
        } catch {
            throw endpoint.fault(.malformedResponse, "sent a WAV that cannot be read")
        }
        guard !audio.isEmpty else { return [] }
        if !isOpen { try open() }
        var samples: [Int16] = []
        pcm.decode(audio.span, appendingTo: &samples)
        return try resample(mixed(samples))
    }

    /// The samples that the resampler withheld.
    mutating func finish() throws(ProviderError) -> [Int16] {
        guard let resampler else { return [] }
        var samples: [Int16] = []
        do throws(AudioError) {
            try resampler.finish(appendingTo: &samples)
        } catch {
            throw endpoint.fault(error.category, "sent audio that cannot be converted")
        }
        return samples
    }

    /// The format is known: prepares for it.
    private mutating func open() throws(ProviderError) {
        isOpen = true
        if let header = wav.header {
            guard header.isPCM16, (1...8).contains(header.channels) else {
                throw endpoint.fault(.malformedResponse, "sent a WAV that is not 16-bit PCM")
            }
            channels = header.channels
        }
        let rate = wav.header?.rate ?? rawRate
        guard rate != Self.rate else { return }
        do throws(AudioError) {
            resampler = try Resampler(from: rate, to: Self.rate)
        } catch {
            throw endpoint.fault(.malformedResponse, "sent audio of an impossible sample rate")
        }
    }

    /// The mean of the channels.
    private mutating func mixed(_ samples: [Int16]) -> [Int16] {
        guard channels > 1 else { return samples }
        let all = partialFrame + samples
        let frames = all.count / channels
        partialFrame = Array(all[(frames * channels)...])
        return (0..<frames).map { frame in
            let sum = (0..<channels).reduce(0) { $0 + Int(all[frame * channels + $1]) }
            return Int16(sum / channels)
        }
    }

    private func resample(_ samples: [Int16]) throws(ProviderError) -> [Int16] {
        guard let resampler else { return samples }
        var result: [Int16] = []
        do throws(AudioError) {
            try resampler.process(samples.span, appendingTo: &result)
        } catch {
            throw endpoint.fault(error.category, "sent audio that cannot be converted")
        }
        return result
    }

    /// A media type as far as it is one.
    private static func harmless(_ type: String) -> String {
        let isPlain = type.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/-+.".contains($0)) }
        return isPlain && type.count <= 40 ? type : "something else"
    }

    /// Of a speech chunk.
    private static let rate = 24_000
}
