import Core
import RealtimeProtocol
import Testing

/// Errors that the session's own rules raise name GA fields; a beta client must find its own.
@Suite("Errors on a beta connection")
struct BetaErrorTests {
    private func parameter(_ parameter: String?, _ code: ProtocolError.Code, _ shape: RealtimeShape) throws -> String? {
        var output: [UInt8] = []
        shape.makeCodec().encode(
            .error(ProtocolError(code, "No.", parameter: parameter)), eventID: EventID("event_1"), into: &output)
        return try JSONValue.parse(output)["error"]?["param"]?.string
    }

    @Test(
        "name the field as beta does",
        arguments: [
            ("session.type", "type"), ("session.output_modalities", "session.modalities"),
            ("session.max_output_tokens", "session.max_response_output_tokens"),
            ("session.audio.input.format.rate", "session.input_audio_format.rate"),
            ("session.audio.input.transcription.model", "session.input_audio_transcription.model"),
            ("session.audio.input.noise_reduction", "session.input_audio_noise_reduction"),
            ("session.audio.input.turn_detection.threshold", "session.turn_detection.threshold"),
            ("session.audio.output.format", "session.output_audio_format"),
            ("session.audio.output.voice", "session.voice"), ("session.audio.output.speed", "session.speed"),
            ("response.output_modalities[0]", "response.modalities[0]"),
            ("response.max_output_tokens", "response.max_response_output_tokens"),
            ("response.audio.output.format", "response.output_audio_format"),
            ("response.audio.output.voice", "response.voice"),
            ("session.tools[0].name", "session.tools[0].name"), ("session.typewriter", "session.typewriter"),
            ("session.audio.output.voices", "session.audio.output.voices"), ("item.id", "item.id"),
        ])
    func translated(ga: String, beta: String) throws {
        #expect(try parameter(ga, .invalidValue, .beta) == beta)
        #expect(try parameter(ga, .invalidValue, .ga) == ga)
    }

    @Test("leave what the client itself wrote as it is, and nothing where there is nothing")
    func verbatim() throws {
        #expect(try parameter("session.type", .unknownParameter, .beta) == "session.type")
        #expect(try parameter(nil, .invalidValue, .beta) == nil)
    }
}
