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
        var decoder = OpenAICompatibleSpeechDecoder(contentType: contentType, of: endpoint)
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

    @Test("must be PCM or WAV", arguments: ["application/json", "text/html; charset=utf-8", "audio/webm", "Audio/OGG"])
    func types(type: String) {
        let error = #expect(throws: ProviderError.self) { try decode([], contentType: type) }
        #expect(error?.category == .malformedResponse)
    }

    @Test(
        "may have any other type, or none",
        arguments: [nil, "application/octet-stream", "audio/pcm;rate=x", "audio/l16;codec=pcm;rate=24000", "image/png", "audio/mpeg"])
    func tolerance(type: String?) throws {
        #expect(try decode(bytes(samples), contentType: type) == samples)
    }

    @Test("is what its bytes say, whatever its type says", arguments: ["audio/mpeg", "text/plain", "application/json"])
    func bytesDecide(type: String) throws {
        #expect(
            try decode(WAVFile.encode(samples: samples.span, rate: 24_000), pieces: 1, contentType: type) == samples)
    }

    /// A file of one channel.
    private func wav(_ tag: UInt8, bits: UInt8, _ audio: [UInt8], rate: Int = 24_000) -> [UInt8] {
        var wav = WAVFile.encode(samples: [Int16]().span, rate: rate)
        (wav[20], wav[34], wav[40]) = (tag, bits, UInt8(audio.count))
        return wav + audio
    }

    @Test("may have any uncompressed coding", arguments: [1, 7, Int.max])
    func codings(pieces: Int) throws {
        func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
            stride(from: 0, to: T.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: value >> T($0)) }
        }
        let floats: [Float] = [0, 0.5, -1, 2, .nan]
        let expected: [Int16] = [0, 16_384, -32_768, 32_767, 0]
        let float32 = floats.flatMap { little($0.bitPattern) }
        #expect(try decode(wav(3, bits: 32, float32), pieces: pieces) == expected)
        #expect(
            try decode(wav(3, bits: 64, floats.flatMap { little(Double($0).bitPattern) }), pieces: pieces) == expected)
        #expect(try decode(float32, pieces: pieces, contentType: "audio/pcm; encoding=float32") == expected)
        #expect(try decode(wav(1, bits: 8, [128, 255, 0]), pieces: pieces) == [0, 32_512, -32_768])
        #expect(try decode(wav(1, bits: 24, [9, 1, 0, 9, 254, 255]), pieces: pieces) == [1, -2])
        #expect(try decode(wav(1, bits: 32, [9, 9, 1, 0, 9, 9, 254, 255]), pieces: pieces) == [1, -2])
        #expect(try decode(wav(7, bits: 8, [0xFF, 0x00]), pieces: pieces) == [0, -32_124])
        #expect(try decode(wav(6, bits: 8, [0xD5, 0x2A]), pieces: pieces) == [8, -32_256])
    }

    @Test("has the highest byte first in audio/L16, and the channels that its type says")
    func network() throws {
        #expect(try decode([0, 1, 255, 254], contentType: "audio/L16;rate=24000") == [1, -2])
        #expect(
            try decode([0, 1, 0, 3, 255, 254, 255, 252], pieces: 3, contentType: "audio/L16;channels=2") == [2, -3])
        #expect(try decode([1, 0, 3, 0], contentType: "audio/pcm; channels=2") == [2])
        let phone = try decode([UInt8](repeating: 0x80, count: 800), contentType: "audio/basic")
        #expect(abs(phone.count - 2_400) < 50)
    }

    @Test("may be several files in a row, each of its own rate", arguments: [1, 100, Int.max])
    func row(pieces: Int) throws {
        let first = WAVFile.encode(samples: samples.span, rate: 24_000)
        let second = WAVFile.encode(samples: [Int16](repeating: 5, count: 800).span, rate: 8_000)
        let decoded = try decode(first + second + first, pieces: pieces)
        #expect(decoded.prefix(1000) == samples[...] && decoded.suffix(1000) == samples[...])
        #expect(abs(decoded.count - 4_400) < 50)
    }

    @Test("loses half a sample at its end and nothing else")
    func odd() throws { #expect(try decode(bytes(samples) + [7], pieces: 3) == samples) }

    private static func frames(_ header: [UInt8], _ length: Int) -> [UInt8] {
        let frame = header + [UInt8](repeating: 0x55, count: length - header.count)
        return frame + frame + frame
    }

    private static let noises: [(String, [UInt8])] = [
        ("MP3", Array("ID3".utf8) + [4, 0, 0, 0, 0, 0, 0]),
        ("MP3 or AAC", frames([0xFF, 0xFB, 0x90, 0xC4], 417)),
        ("MP3 or AAC", frames([0xFF, 0xF3, 0x84, 0xC4], 192)),
        ("MP3 or AAC", frames([0xFF, 0xF1, 0x50, 0x80, 0x20, 0x20], 257)),
        ("Ogg", Array("OggS".utf8) + [0, 2, 0]), ("FLAC", Array("fLaC".utf8) + [0, 0, 0]),
        ("WebM", [0x1A, 0x45, 0xDF, 0xA3, 1]), ("MP4", [0, 0, 0, 28] + Array("ftypM4A ".utf8)),
        ("text", Array("<!DOCTYPE html><html>".utf8)), ("text", Array(#"{"error":{"message":"No"}}"#.utf8)),
        ("text", Array(#"data: {"type":"speech.audio.delta"}"#.utf8)), ("text", Array("Internal Server Error".utf8)),
        ("text", Array("  [1,2,3,4,5,6]".utf8)),
    ]

    @Test("is a fault where it would be noise", arguments: noises)
    func noise(name: String, body: [UInt8]) {
        for (type, pieces) in [("audio/pcm", 1), ("audio/wav", 5), ("audio/pcm", Int.max)] {
            let error = #expect(throws: ProviderError.self) { try decode(body, pieces: pieces, contentType: type) }
            #expect(error?.category == .malformedResponse && error?.message.contains("with \(name) instead") == true)
        }
    }

    @Test("that only begins like compressed audio is samples")
    func almost() throws {
        let bytes = [0xFF, 0xFB, 0x90, 0xC4] + (0..<2_000).map { UInt8(truncatingIfNeeded: $0) }
        #expect(try decode(bytes, pieces: 100).count == 1_002)
        #expect(try decode(Array(bytes.prefix(100)), pieces: 9).count == 50)
        #expect(try decode(Array("RI".utf8) + [0, 0], pieces: 1).count == 2)
    }

    @Test("in a compressed WAV, or in a broken one, is a fault")
    func unusable() {
        var compressed = WAVFile.encode(samples: samples.span, rate: 24_000)
        compressed[20] = 0x55
        var broken = WAVFile.encode(samples: samples.span, rate: 24_000)
        broken[8] = 0
        for wav in [compressed, broken] {
            let error = #expect(throws: ProviderError.self) { try decode(wav) }
            #expect(error?.category == .malformedResponse)
        }
    }
}
