import Core
import RealtimeProtocol
import Testing

@Suite("The language of transcription")
struct TranscriptionLanguageTests {
    /// A session with this language, and its path, in each shape.
    private func session(_ language: String, _ shape: RealtimeShape) -> (session: String, path: String) {
        switch shape {
        case .ga:
            (
                #"{"type":"realtime","audio":{"input":{"transcription":{"model":"m","language":\#(language)}}}}"#,
                "session.audio.input.transcription.language"
            )
        case .beta:
            (
                #"{"input_audio_transcription":{"model":"m","language":\#(language)}}"#,
                "session.input_audio_transcription.language"
            )
        }
    }

    private func language(_ language: String, _ shape: RealtimeShape) throws -> String? {
        let frame = #"{"type":"session.update","session":\#(session(language, shape).session)}"#
        guard case .sessionUpdate(let update) = try decode(frame, shape).event else { return nil }
        var before = SessionConfiguration(model: "m")
        before.input.transcription = TranscriptionSettings(model: "m", language: "fr")
        return update.applied(to: before).input.transcription?.language
    }

    @Test("is kept in its usual form", arguments: RealtimeShape.allCases)
    func forms(shape: RealtimeShape) throws {
        for (given, kept) in [("en", "en"), ("EN_us", "en-US"), ("deu", "de"), ("zh-hans", "zh-Hans")] {
            #expect(try language("\"\(given)\"", shape) == kept)
        }
        for unknown in ["null", "\"\""] { #expect(try language(unknown, shape) == nil) }
    }

    @Test("is refused where it names no language", arguments: RealtimeShape.allCases)
    func refusals(shape: RealtimeShape) {
        for given in ["english", "auto", "xx", "en US", "e"] {
            let error = #expect(throws: ProtocolError.self) { try language("\"\(given)\"", shape) }
            #expect(error?.code == .invalidValue)
            #expect(error?.parameter == session("", shape).path)
        }
    }
}
