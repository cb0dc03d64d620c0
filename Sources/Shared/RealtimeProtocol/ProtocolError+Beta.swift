// The rules of a session name fields as the current shape does; a beta client is told its own names (protocol section 0.2).
extension ProtocolError {
    /// Where beta keeps what GA keeps there, below `session` and below `response`.
    private static let betaPaths: [(ga: String, beta: String)] = [
        ("session.type", "type"),
        ("session.output_modalities", "session.modalities"),
        ("session.max_output_tokens", "session.max_response_output_tokens"),
        ("session.audio.input.format", "session.input_audio_format"),
        ("session.audio.input.transcription", "session.input_audio_transcription"),
        ("session.audio.input.noise_reduction", "session.input_audio_noise_reduction"),
        ("session.audio.input.turn_detection", "session.turn_detection"),
        ("session.audio.output.format", "session.output_audio_format"),
        ("session.audio.output.voice", "session.voice"),
        ("session.audio.output.speed", "session.speed"),
        ("response.output_modalities", "response.modalities"),
        ("response.max_output_tokens", "response.max_response_output_tokens"),
        ("response.audio.output.format", "response.output_audio_format"),
        ("response.audio.output.voice", "response.voice"),
    ]

    /// This error with its field named as a beta client knows it.
    ///
    /// A field that beta does not have was named by the client itself and keeps its name.
    var inBetaTerms: ProtocolError {
        guard code != .unknownParameter, let parameter else { return self }
        for (ga, beta) in Self.betaPaths where parameter.hasPrefix(ga) {
            let rest = parameter.dropFirst(ga.count)
            guard rest.isEmpty || rest.first == "." || rest.first == "[" else { continue }
            var error = self
            error.parameter = beta + rest
            return error
        }
        return self
    }
}
