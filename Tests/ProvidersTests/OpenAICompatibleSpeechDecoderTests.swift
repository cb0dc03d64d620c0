import Audio
import Core
import HTTPClient
import Pipeline
import TestSupport
import Testing

@testable import Providers
import Waveforms

@Suite("Audio of a speech answer")
struct OpenAICompatibleSpeechDecoderTests {
    private let endpoint: OpenAICompatibleEndpoint

    init() throws {
        endpoint = OpenAICompatibleEndpoint(
            .textToSpeech, ProviderService(name: "test", baseURL: "http://127.0.0.1", key: nil),
            client: try HTTPClient(loop: TestLoop.shared))
    }

    private func decode(
        _ bytes: [UInt8], pieces: Int = .max, contentType: String? = nil
    ) throws(ProviderError) -> [Int16] {
        var decoder = try OpenAICompatibleSpeechDecoder(contentType: contentType, of: endpoint)
        var samples: [Int16] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            samples += try decoder.decode(Array(rest.prefix(pieces)))
            rest = rest.dropFirst(pieces)
        }
        return samples + (try decoder.finish())
    }

    private func bytes(_ samples: [Int16]) -> [UInt8] {
        var bytes: [UInt8] = []
        PCM16.encode(samples.span, appendingTo: &bytes)
        return bytes
    }

    private let samples = (0..<1000).map { Int16($0 * 30 - 15000) }

    @Test("is the same however it is cut", arguments: [1, 2, 3, 45, Int.max])
    func cuts(pieces: Int) throws {
        #expect(try decode(bytes(samples), pieces: pieces) == samples)
        let wav = WAVFile.encode(samples: samples.span, rate: 24_000)
        #expect(try decode(wav, pieces: pieces) == samples)
    }

    @Test("is brought to 24 kHz", arguments: [8_000, 16_000, 22_050, 48_000])
    func rates(rate: Int) throws {
        let second = (0..<rate).map { Int16(8000 * ($0 % 100) / 100) }
        let decoded = try decode(
            WAVFile.encode(samples: second.span, rate: rate), pieces: 999, contentType: "audio/wav")
        #expect(abs(decoded.count - 24_000) < 50)
        let raw = try decode(bytes(second), pieces: 999, contentType: "audio/pcm; rate=\(rate)")
        #expect(abs(raw.count - 24_000) < 50)
    }

    @Test("of several channels is mixed")
    func channels() throws {
        var wav = WAVFile.encode(samples: [100, 300, -5, -7].span, rate: 24_000)
        wav[22] = 2
        #expect(try decode(wav, pieces: 1) == [200, -6])
    }

    @Test("must be PCM or WAV", arguments: ["application/json", "text/html; charset=utf-8", "audio/mpeg", "Audio/OGG"])
    func types(type: String) {
        let error = #expect(throws: ProviderError.self) { try decode([], contentType: type) }
        #expect(error?.category == .malformedResponse)
    }

    @Test(
        "may have any other type, or none",
        arguments: [nil, "application/octet-stream", "audio/pcm;rate=x", "audio/l16"])
    func tolerance(type: String?) throws {
        #expect(try decode(bytes(samples), contentType: type) == samples)
    }

    @Test("in a WAV of another coding, or in a broken one, is a fault")
    func unusable() {
        var float = WAVFile.encode(samples: samples.span, rate: 24_000)
        float[20] = 3
        var broken = WAVFile.encode(samples: samples.span, rate: 24_000)
        broken[8] = 0
        for wav in [float, broken] {
            let error = #expect(throws: ProviderError.self) { try decode(wav) }
            #expect(error?.category == .malformedResponse)
        }
    }
}
