import Core
import RealtimeProtocol
import Testing

@Suite("Appended audio")
struct AppendTests {
    private func decode(_ frame: String, format: AudioFormat = .pcm16) throws -> (ClientMessage, [UInt8]) {
        var codec = GARealtimeCodec()
        codec.inputFormat = format
        let message = try codec.decode(Array(frame.utf8).span)
        return (message, codec.audio)
    }

    @Test(
        "is decoded whatever the order of the fields and the spelling of the text",
        arguments: [
            #"{"type":"input_audio_buffer.append","audio":"AQIDBA=="}"#,
            #"{"audio":"AQIDBA==","type":"input_audio_buffer.append"}"#,
            #" { "audio" : "AQIDBA==" , "event_id" : null , "type" : "input_audio_buffer.append" } "#,
            #"{"\u0074ype":"input_audio_buffer\u002eappend","\u0061udio":"AQIDBA=="}"#,
            #"{"type":"input_audio_buffer.append","audio":"AQID\u0042A=\u003d"}"#,
            #"{"audio":"////","type":"input_audio_buffer.append","audio":"AQIDBA=="}"#,
        ])
    func spellings(frame: String) throws {
        let (message, audio) = try decode(frame)
        #expect(message == ClientMessage(event: .inputAudioAppend))
        #expect(audio == [1, 2, 3, 4])
    }

    @Test("may escape the slash of base64")
    func escapedSlash() throws {
        let (_, audio) = try decode(#"{"type":"input_audio_buffer.append","audio":"\/\/\/\/\/w=="}"#)
        #expect(audio == [255, 255, 255, 255])
    }

    @Test("may be empty")
    func empty() throws {
        #expect(try decode(#"{"type":"input_audio_buffer.append","audio":""}"#).1 == [])
    }

    @Test(
        "is refused if it is not base64 or not whole samples",
        arguments: ["A", "AQID", "AQI", "AQ I", "!!!!", "AQIDBA=", "AQIDBA===", "é"])
    func broken(audio: String) throws {
        let error = #expect(throws: ProtocolError.self) {
            try decode(#"{"event_id":"e1","type":"input_audio_buffer.append","audio":"\#(audio)"}"#)
        }
        #expect(
            error
                == ProtocolError(
                    .invalidValue,
                    "Invalid 'audio'. Expected base64-encoded audio bytes (mono PCM16 at 24kHz) but got an invalid value.",
                    parameter: "audio", eventID: "e1"))
    }

    @Test("may have any number of bytes in G.711")
    func g711() throws {
        #expect(try decode(#"{"type":"input_audio_buffer.append","audio":"AQID"}"#, format: .g711MuLaw).1 == [1, 2, 3])
    }

    @Test("reuses its buffer and is empty after a refusal")
    func reuse() throws {
        var codec = BetaRealtimeCodec()
        _ = try codec.decode(Array(#"{"type":"input_audio_buffer.append","audio":"AQIDBA=="}"#.utf8).span)
        _ = try codec.decode(Array(#"{"type":"input_audio_buffer.append","audio":"BQY="}"#.utf8).span)
        #expect(codec.audio == [5, 6])
        #expect(throws: ProtocolError.self) {
            try codec.decode(Array(#"{"type":"input_audio_buffer.append","audio":"BQ!="}"#.utf8).span)
        }
        #expect(codec.audio == [])
    }

    @Test("is accepted up to 15 MiB and refused beyond")
    func limits() throws {
        let maximum = 15 * 1024 * 1024
        /// A frame with `characters` of base64; each four stand for three zero bytes.
        func frame(_ characters: Int) -> [UInt8] {
            Array(#"{"type":"input_audio_buffer.append","audio":""#.utf8)
                + Array(repeating: UInt8(ascii: "A"), count: characters)
                + Array(#""}"#.utf8)
        }
        var codec = GARealtimeCodec()
        _ = try codec.decode(frame(maximum / 3 * 4).span)
        #expect(codec.audio.count == maximum)
        let error = #expect(throws: ProtocolError.self) { try codec.decode(frame(maximum / 3 * 4 + 8).span) }
        #expect(error?.code == .stringAboveMaxLength)
        #expect(error?.parameter == "audio")
        let tooLong = #expect(throws: ProtocolError.self) {
            try codec.decode(frame(ProtocolLimits.clientFrameBytes).span)
        }
        #expect(tooLong?.code == .invalidJSON)
    }

    @Test("of every length comes back as it was sent")
    func roundTrip() throws {
        var random = SplitMix64(seed: 3)
        var codec = GARealtimeCodec()
        for length in stride(from: 0, through: 2000, by: 2) {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            var frame: [UInt8] = Array(#"{"type":"input_audio_buffer.append","audio":""#.utf8)
            Base64.encode(bytes.span, into: &frame)
            frame += Array(#""}"#.utf8)
            _ = try codec.decode(frame.span)
            #expect(codec.audio == bytes)
        }
    }
}
