import Foundation
import Testing

@testable import VoiceActivity

/// Builds and changes files in the safetensors format.
enum Safetensors {
    static func file(header: String, values: [UInt8] = []) -> Data {
        let header = Data(header.utf8)
        return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) } + header + Data(values)
    }

    /// Replaces one value of a tensor of a well-formed file.
    static func change(_ name: String, at index: Int, in bytes: inout Data, _ body: (Float) -> Float) throws {
        let length = Int(bytes[0]) | Int(bytes[1]) << 8 | Int(bytes[2]) << 16
        let object = try JSONSerialization.jsonObject(with: bytes[8..<8 + length])
        let entry = try #require((object as? [String: Any])?[name] as? [String: Any])
        let begin = try #require((entry["data_offsets"] as? [Int])?.first)
        let position = 8 + length + begin + index * 4
        let old = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[position + $1]) << (8 * $1) }
        let new = body(Float(bitPattern: old)).bitPattern
        for byte in 0..<4 { bytes[position + byte] = UInt8(truncatingIfNeeded: new >> (8 * byte)) }
    }
}

@Suite("The weights file")
struct SafetensorsFileTests {
    /// The error that building a factory from `bytes` throws.
    func error(_ bytes: Data) throws -> VoiceActivityError {
        try #require(throws: VoiceActivityError.self) {
            try SileroVADFactory(file: SafetensorsFile(bytes: bytes), instructionSet: .plain)
        }
    }

    @Test("gives a tensor's values in their order")
    func values() throws {
        let file = try SafetensorsFile(
            bytes: Safetensors.file(
                header: #"{"__metadata__":{"a":"b"},"x":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"#,
                values: [0, 0, 128, 63, 0, 0, 0, 192]))
        #expect(try file.floats("x", shape: [1, 2]) == [1, -2])
    }

    @Test(
        "is refused when its header is no header",
        arguments: [
            Data(), Data([1, 2, 3]), Data(repeating: 255, count: 64), Safetensors.file(header: "[]"),
            Safetensors.file(header: "{"), Data([200, 0, 0, 0, 0, 0, 0, 0, 123, 125]),
        ])
    func malformed(_ bytes: Data) throws {
        #expect(try error(bytes).code == .malformedFile)
    }

    @Test("is refused by name of the tensor that it lacks")
    func missing() throws {
        let found = try error(Safetensors.file(header: "{}"))
        #expect(found.code == .missingTensor)
        #expect(found.message.contains("stft_conv.weight"))
    }

    @Test(
        "is refused by name of the tensor that does not fit",
        arguments: [
            #"{"dtype":"F16","shape":[2],"data_offsets":[0,8]}"#,
            #"{"dtype":"F32","shape":[3],"data_offsets":[0,8]}"#,
            #"{"dtype":"F32","shape":[2],"data_offsets":[0,4]}"#,
            #"{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}"#,
            #"{"dtype":"F32","shape":[2],"data_offsets":[8,16]}"#,
            #"{"dtype":"F32","shape":[2],"data_offsets":[8,0]}"#,
            #"{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775807]}"#,
            #"{"dtype":"F32","shape":[2],"data_offsets":[0]}"#,
        ])
    func unusable(_ entry: String) throws {
        let file = try SafetensorsFile(
            bytes: Safetensors.file(header: #"{"x":\#(entry)}"#, values: [UInt8](repeating: 0, count: 8)))
        let found = try #require(throws: VoiceActivityError.self) { try file.floats("x", shape: [2]) }
        #expect(found.code == .unusableTensor)
        #expect(found.message.contains("x"))
    }

    @Test("is refused when a weight is not finite")
    func notFinite() throws {
        var bytes = try Fixtures.weights()
        try Safetensors.change("lstm_cell.weight_hh", at: 77, in: &bytes) { _ in .nan }
        let found = try error(bytes)
        #expect(found.code == .unusableTensor)
        #expect(found.message.contains("lstm_cell.weight_hh"))
    }

    @Test("is refused when it is cut anywhere")
    func cut() throws {
        let bytes = try Fixtures.weights()
        for length in [0, 7, 8, 500, 1_215, 1_216, 300_000, bytes.count - 1] {
            #expect(throws: VoiceActivityError.self) {
                try SileroVADFactory(file: SafetensorsFile(bytes: bytes.prefix(length)), instructionSet: .plain)
            }
        }
    }

    @Test("that is not there gives an error that names the path")
    func unreadable() throws {
        let found = try #require(throws: VoiceActivityError.self) {
            try SileroVADFactory(weightsPath: "/nonexistent/weights.safetensors")
        }
        #expect(found.code == .unreadableFile)
        #expect(found.description.contains("/nonexistent/weights.safetensors"))
    }
}
