import Core
import HTTPServer
import Tenancy
import Testing
import Waveforms

@testable import ControlPlaneAPI

@Suite("A tenant's typing clip")
struct TypingClipAPITests {
    private static let path = "/v1/antiphon/typing_clip"
    private static let wav: HTTPFields = ["content-type": "audio/wav"]

    private func file(_ milliseconds: Int, rate: Int = 16_000) -> [UInt8] {
        let samples = (0..<milliseconds * rate / 1000).map { Int16(truncatingIfNeeded: $0 * 31) }
        return WAVFile.encode(samples: samples.span, rate: rate)
    }

    @Test("is what was put, until it is deleted")
    func life() async throws {
        let api = API()
        #expect(try await api.public(.get, Self.path).status == .notFound)
        let put = try await api.public(.put, Self.path, fields: Self.wav, bytes: file(500))
        #expect(put.status == .ok)
        #expect(
            put.json
                == .object([
                    "object": .string("antiphon.typing_clip"), "duration_ms": .integer(500),
                    "sample_rate": .integer(16_000), "bytes": .integer(16_044),
                ]))
        let got = try await api.public(.get, Self.path)
        #expect(got.status == .ok && got.fields["content-type"] == "audio/wav" && got.body == file(500))
        #expect(try await api.public(.delete, Self.path).json["deleted"] == .bool(true))
        #expect(try await api.public(.get, Self.path).status == .notFound)
    }

    @Test("of two channels is stored as one")
    func stereo() async throws {
        let api = API()
        var stereo = file(1000)
        stereo[22] = 2
        #expect(
            try await api.public(.put, Self.path, fields: Self.wav, bytes: stereo).json["duration_ms"] == .integer(500))
        #expect(try await api.public(.get, Self.path).body.count == 16_044)
    }

    @Test("is refused with what was expected, and the one before stays")
    func refused() async throws {
        let api = API(FakeTenancy { $0.clip = .success([1, 2, 3]) })
        for (bytes, sentence) in [
            (file(100), "300 to 10000 ms"), (file(11_000, rate: 8_000), "300 to 10000 ms"),
            (file(500, rate: 96_000), "8000 to 48000 Hz"), (Array("RIFF".utf8), "WAV header"), ([], "WAV header"),
            ([UInt8](repeating: 1, count: 262_145), "larger than 262144 bytes"),
        ] {
            let answer = try await api.public(.put, Self.path, fields: Self.wav, bytes: bytes)
            #expect(answer.status == .badRequest && answer.errorCode == "invalid_audio")
            #expect(answer.json["error"]?["message"]?.string?.contains(sentence) == true, "\(sentence)")
        }
        for type in ["application/json", "audio/mpeg"] {
            let answer = try await api.public(.put, Self.path, fields: ["content-type": type], bytes: file(500))
            #expect(answer.status == .unsupportedMediaType)
            #expect(answer.json["error"]?["message"]?.string?.contains("audio/wav") == true)
        }
        #expect(try await api.public(.get, Self.path).body == [1, 2, 3])
    }

    @Test("belongs to the API key, and cannot be had while the store is away")
    func scope() async throws {
        let grant = EphemeralGrant(tokenID: "t", issued: UnixTime(seconds: 1), shape: .ga, configurationDigest: "d")
        let client = Principal(tenant: TenantID("ten_1"), key: KeyID("key_1"), credential: .ephemeral(grant))
        let api = API(
            FakeTenancy {
                $0.keys["ek_client"] = .success(client)
                $0.clip = .failure(TenancyError(.storeUnavailable))
            })
        for method in [HTTPMethod.get, .put, .delete] {
            let bytes = method == .put ? file(500) : []
            let refused = try await api.public(method, Self.path, key: "ek_client", fields: Self.wav, bytes: bytes)
            #expect(refused.status == .forbidden && refused.errorCode == "insufficient_scope")
            let away = try await api.public(method, Self.path, fields: Self.wav, bytes: bytes)
            #expect(away.status == .serviceUnavailable)
        }
    }
}
