import Core
import Foundation
import RealtimeProtocol
import Testing

@Suite("Random frames")
struct FuzzTests {
    /// Frames that are refused, and frames that are not; together they reach every reading function.
    private static let refused: [String] =
        RefusalTests.envelopeCases.map(\.frame) + RefusalTests.gaSessionCases.map(\.frame)
        + RefusalTests.betaSessionCases.map(\.frame)
        + RefusalTests.itemsCases.map(\.frame) + RefusalTests.responsesCases.map(\.frame)
    private static let valid: [String] = [
        #"{"type":"input_audio_buffer.append","audio":"AQIDBAUGBwg="}"#,
        #"{"type":"input_audio_buffer.append","event_id":"évt","audio":"\/\/\/\u002b"}"#,
        #"{"type":"response.create","response":{"conversation":"none","input":[],"metadata":{"a":"b"},"tools":[]}}"#,
        #"{"type":"session.update","session":{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad"}}}}}"#,
        #"{"type":"session.update","session":{"turn_detection":{"type":"semantic_vad","eagerness":"low"},"speed":1.1}}"#,
        #"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"\ud83d"}]}}"#,
        #"{"type":"transcription_session.update","session":{"input_audio_format":"pcm16"}}"#,
        #"{"type":"conversation.item.truncate","item_id":"item_1","content_index":0,"audio_end_ms":100}"#,
        #"{"type":"response.cancel","response_id":"resp_1","event_id":"e"}"#,
    ]

    /// Pieces that are put in or that replace others.
    private static let pieces: [String] = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\\u0000", "null", "true", "-1", "0", "1e999",
        "1E-999", "99999999999999999999",
        "0.5", "\u{0}", "\u{7f}", "é", "😀", "\"type\"", "\"session\"", "\"audio\":", "\"input\":", "\"id\":", "{}",
        "[]", "\"\"", "[[[[[[[[",
    ]

    /// Number of random frames; `FUZZ_CASES` asks for more.
    private static var cases: Int {
        ProcessInfo.processInfo.environment["FUZZ_CASES"].flatMap { Int($0) } ?? 200_000
    }

    @Test("never trap and always end in a message or an error that can be sent")
    func mutations() throws {
        var random = SplitMix64(seed: UInt64(Self.cases))
        var codecs: [any RealtimeCodec] = RealtimeShape.allCases.map { $0.makeCodec() }
        let seeds = [Self.valid, Self.refused].map { $0.map { Array($0.utf8) } }
        let pieces = Self.pieces.map { Array($0.utf8) }
        var accepted = 0
        var output: [UInt8] = []
        for index in 0..<Self.cases {
            let pool = seeds[Int.random(in: 0...1, using: &random)]
            var frame = pool[Int.random(in: 0..<pool.count, using: &random)]
            for _ in 0..<Int.random(in: 1...(index % 4 < 2 ? 1 : 4), using: &random) { mutate(&frame, pieces, &random) }
            do throws(ProtocolError) {
                _ = try codecs[index % 2].decode(frame.span)
                accepted += 1
            } catch {
                guard index % 50 == 0 else { continue }
                output.removeAll(keepingCapacity: true)
                codecs[index % 2].encode(.error(error), eventID: EventID("event_1"), into: &output)
                let shown = try JSONValue.parse(output)["error"]
                #expect(shown?["message"]?.string == error.message)
                #expect(output.count < 4096)
            }
        }
        #expect(accepted > Self.cases / 100)
    }

    private func mutate(_ frame: inout [UInt8], _ pieces: [[UInt8]], _ random: inout SplitMix64) {
        guard !frame.isEmpty else { return frame.append(UInt8.random(in: 0...255, using: &random)) }
        let position = Int.random(in: 0..<frame.count, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: frame[position] = UInt8.random(in: 0...255, using: &random)
        case 1: frame.insert(contentsOf: pieces[Int.random(in: 0..<pieces.count, using: &random)], at: position)
        case 2: frame.removeSubrange(position..<min(frame.count, position + Int.random(in: 1...8, using: &random)))
        case 3: frame.removeSubrange(position...)
        case 4:
            let end = min(frame.count, position + Int.random(in: 1...40, using: &random))
            frame.insert(contentsOf: Array(frame[position..<end]), at: Int.random(in: 0..<frame.count, using: &random))
        case 5: frame[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 6: frame[position] = UInt8.random(in: UInt8(ascii: " ")...UInt8(ascii: "~"), using: &random)
        default: replaceValue(&frame, from: position, pieces, &random)
        }
    }

    /// Replaces what follows the next colon, up to the next comma or brace, so that the frame mostly stays JSON.
    private func replaceValue(
        _ frame: inout [UInt8], from position: Int, _ pieces: [[UInt8]], _ random: inout SplitMix64
    ) {
        guard let colon = frame[position...].firstIndex(of: UInt8(ascii: ":")) else { return }
        let end = frame[(colon + 1)...].firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") } ?? frame.count
        frame.replaceSubrange((colon + 1)..<end, with: pieces[Int.random(in: 0..<pieces.count, using: &random)])
    }
}
