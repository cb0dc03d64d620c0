import Core

// DESIGN: the session object reaches us in `session.update`, in client-secret requests and in stored form, in two
// shapes. Each shape has one function that knows its top-level fields; the values below them (turn detection, tools,
// formats …) are read by the functions of the other files, once for both. Fields are checked in the order in which
// these functions name them, unknown ones first; the first fault ends the reading, so nothing of a faulty update is
// ever applied. Turn detection is replaced as a whole: what a client leaves out of it becomes the operator's default.

/// Reads session objects.
enum SessionDecoder {
    /// What a session object said.
    ///
    /// A running session ignores `model` (protocol section 2.1); a new one is opened with it.
    struct Decoded {
        var update = SessionUpdate()
        var model: String?
    }

    /// Fields of every session: those that come back from clients which echo a whole one, ignored, and our own.
    private static let common: [StaticString] = ["id", "object", "expires_at", "antiphon"]
    private static let gaRealtime: [StaticString] =
        [
            "type", "model", "instructions", "tools", "tool_choice", "max_output_tokens", "output_modalities", "audio",
            "tracing",
            "include", "prompt", "truncation", "reasoning", "parallel_tool_calls",
        ] + common
    private static let gaTranscription: [StaticString] = ["type", "model", "audio", "include"] + common
    private static let betaRealtime: [StaticString] =
        [
            "model", "modalities", "instructions", "voice", "input_audio_format", "output_audio_format",
            "input_audio_transcription",
            "input_audio_noise_reduction", "turn_detection", "tools", "tool_choice", "temperature",
            "max_response_output_tokens",
            "speed", "tracing", "prompt", "include", "client_secret",
        ] + common
    private static let betaTranscription: [StaticString] =
        [
            "include", "input_audio_format", "input_audio_noise_reduction", "input_audio_transcription", "modalities",
            "turn_detection", "client_secret", "model",
        ] + common

    // MARK: GA

    /// A GA session, conversation or transcription as its `type` says.
    static func ga(_ session: borrowing ObjectReader, _ defaults: ServerVAD) throws(ProtocolError) -> Decoded {
        _ = try session.required("type")
        let kind = try session.choice("type", [SessionKind.realtime, .transcription]) ?? .realtime
        try session.refuseUnknown(kind == .realtime ? gaRealtime : gaTranscription)
        var result = try gaFields(session, kind: kind, defaults)
        result.update.kind = kind
        return result
    }

    /// The fields of a GA session beside its type.
    static func gaFields(_ session: borrowing ObjectReader, kind: SessionKind, _ defaults: ServerVAD)
        throws(ProtocolError)
        -> Decoded
    {
        var result = Decoded()
        result.model = try session.string("model")
        result.update.outputModality = try gaModality(session)
        result.update.instructions = try session.string("instructions", maximum: ProtocolLimits.longTextLength)
        if let audio = try session.child("audio") {
            try audio.refuseUnknown(kind == .realtime ? ["input", "output"] : ["input"])
            if let input = try audio.child("input") { try gaInput(input, defaults, into: &result.update) }
            if let output = try audio.child("output") { try gaOutput(output, into: &result.update) }
        }
        result.update.tools = try tools(session, allowsMCP: true)
        result.update.toolChoice = try toolChoice(session)
        result.update.parallelToolCalls = try session.bool("parallel_tool_calls")
        result.update.maxOutputTokens = try tokenLimit(session, "max_output_tokens")
        result.update.truncation = try truncation(session)
        result.update.behavior = try behavior(session)
        try opaqueSettings(session, into: &result.update)
        return result
    }

    /// `output_modalities`: exactly `["audio"]` or `["text"]`.
    static func gaModality(_ object: borrowing ObjectReader) throws(ProtocolError) -> OutputModality? {
        guard let given = try object.strings("output_modalities", maximum: 16) else { return nil }
        switch given {
        case ["audio"]: return .audio
        case ["text"]: return .text
        default: throw .modalities(given, object.path("output_modalities"), supported: [["text"], ["audio"]])
        }
    }

    private static func gaInput(
        _ input: borrowing ObjectReader, _ defaults: ServerVAD, into update: inout SessionUpdate
    )
        throws(ProtocolError)
    {
        try input.refuseUnknown(["format", "transcription", "noise_reduction", "turn_detection"])
        update.inputFormat = try gaFormat(input)
        update.transcription = try transcription(input, "transcription", allowsNewerFields: true)
        update.noiseReduction = try noiseReduction(input, "noise_reduction")
        update.turnDetection = try gaTurnDetection(input, defaults)
    }

    private static func gaOutput(_ output: borrowing ObjectReader, into update: inout SessionUpdate)
        throws(ProtocolError)
    {
        try output.refuseUnknown(["format", "voice", "speed"])
        update.outputFormat = try gaFormat(output)
        update.voice = try voice(output)
        update.speed = try output.decimal("speed", ProtocolLimits.speed)
    }

    // MARK: beta

    /// A beta conversation session.
    static func beta(_ session: borrowing ObjectReader, _ defaults: ServerVAD) throws(ProtocolError) -> Decoded {
        try session.refuseUnknown(betaRealtime)
        var result = Decoded()
        result.model = try session.string("model")
        result.update.outputModality = try betaModality(session)
        result.update.instructions = try session.string("instructions", maximum: ProtocolLimits.longTextLength)
        result.update.voice = try voice(session)
        try betaInput(session, defaults, into: &result.update)
        result.update.outputFormat = try betaFormat(session, "output_audio_format")
        result.update.tools = try tools(session, allowsMCP: false)
        result.update.toolChoice = try toolChoice(session)
        result.update.temperature = try session.decimal("temperature", ProtocolLimits.temperature)
        result.update.maxOutputTokens = try tokenLimit(session, "max_response_output_tokens")
        result.update.speed = try session.decimal("speed", ProtocolLimits.speed)
        result.update.behavior = try behavior(session)
        try opaqueSettings(session, into: &result.update)
        return result
    }

    /// A beta transcription session.
    static func betaTranscription(_ session: borrowing ObjectReader, _ defaults: ServerVAD) throws(ProtocolError)
        -> Decoded
    {
        try session.refuseUnknown(betaTranscription)
        var result = Decoded()
        result.update.kind = .transcription
        _ = try session.strings("modalities", maximum: 16)
        try betaInput(session, defaults, into: &result.update)
        result.update.include = try include(session)
        result.update.behavior = try behavior(session)
        return result
    }

    private static func betaInput(
        _ session: borrowing ObjectReader, _ defaults: ServerVAD, into update: inout SessionUpdate
    )
        throws(ProtocolError)
    {
        update.inputFormat = try betaFormat(session, "input_audio_format")
        update.transcription = try transcription(session, "input_audio_transcription", allowsNewerFields: false)
        update.noiseReduction = try noiseReduction(session, "input_audio_noise_reduction")
        update.turnDetection = try betaTurnDetection(session, defaults)
    }

    /// `modalities`: `["text"]`, or both in any order.
    static func betaModality(_ object: borrowing ObjectReader) throws(ProtocolError) -> OutputModality? {
        guard let given = try object.strings("modalities", maximum: 16) else { return nil }
        switch given {
        case ["text"]: return .text
        case ["audio", "text"], ["text", "audio"]: return .audio
        default: throw .modalities(given, object.path("modalities"), supported: [["text"], ["audio", "text"]])
        }
    }

    // MARK: both

    /// `antiphon`: how the conversation feels.
    private static func behavior(_ session: borrowing ObjectReader) throws(ProtocolError) -> BehaviorUpdate? {
        guard let value = session.value("antiphon") else { return nil }
        let size = session.document.rawRange(value).count
        guard size <= ProtocolLimits.behaviorBytes else {
            throw .tooLong(session.path("antiphon"), maximum: ProtocolLimits.behaviorBytes, length: size)
        }
        return try BehaviorUpdate(session.document, value, path: session.path("antiphon"))
    }
}
