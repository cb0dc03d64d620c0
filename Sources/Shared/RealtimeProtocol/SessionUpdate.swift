package import Core

/// One field of an update: absent keeps, null clears, a value sets (protocol section 2, "Null is not absent").
package enum Change<Value: Sendable & Equatable>: Sendable, Equatable {
    case keep
    case clear
    case set(Value)

    /// What `current` becomes.
    package func applied(to current: Value?) -> Value? {
        switch self {
        case .keep: current
        case .clear: nil
        case .set(let value): value
        }
    }
}

/// The fields that one `session.update`, client-secret request or beta equivalent names.
///
/// Already validated field by field; what depends on the session's state (voice lock, speed) is checked by the state
/// machine.
package struct SessionUpdate: Sendable, Equatable {
    /// The discriminator the client sent; GA only.
    package var kind: SessionKind?
    /// Spoken or written answers.
    package var outputModality: OutputModality?
    /// The system prompt; empty clears it.
    package var instructions: String?
    /// The format the user's audio arrives in.
    package var inputFormat: AudioFormat?
    /// The format the answer's audio leaves in.
    package var outputFormat: AudioFormat?
    /// Merged field by field into the current settings.
    package var transcription: Change<TranscriptionUpdate> = .keep
    /// Where the microphone is.
    package var noiseReduction: Change<NoiseReduction> = .keep
    /// Replaces the current value as a whole.
    package var turnDetection: Change<TurnDetection> = .keep
    /// The voice's name.
    package var voice: String?
    /// Speed of speech, 0.25 to 1.5.
    package var speed: Double?
    /// All tools; empty clears them.
    package var tools: [ToolDefinition]?
    /// Which tools the model must or may use.
    package var toolChoice: ToolChoice?
    /// Whether several calls in one response are allowed.
    package var parallelToolCalls: Bool?
    /// Cap on the tokens of one response.
    package var maxOutputTokens: TokenLimit?
    /// Sampling temperature; beta only.
    package var temperature: Double?
    /// What happens when the conversation outgrows the model's context.
    package var truncation: Truncation?
    /// `"auto"` or an object.
    package var tracing: Change<JSONValue> = .keep
    /// `{id, version?, variables?}`.
    package var prompt: Change<JSONValue> = .keep
    /// `{effort}`.
    package var reasoning: Change<JSONValue> = .keep
    /// Extra fields asked for.
    package var include: Change<[String]> = .keep
    /// Fields of `antiphon`.
    package var behavior: BehaviorUpdate?
    /// An update that names nothing.
    package init() {}

    /// The fields of `audio.input.transcription` that were named.
    package struct TranscriptionUpdate: Sendable, Equatable {
        /// The transcription model.
        package var model: Change<String> = .keep
        /// ISO 639-1.
        package var language: Change<String> = .keep
        /// Free text that helps the recogniser.
        package var prompt: Change<String> = .keep
        /// Newer keys that the client set.
        package var extra: [String: JSONValue] = [:]
        /// An update that names nothing.
        package init() {}
    }

    /// `configuration` with this update applied; nothing is checked here.
    ///
    /// `start` is the behaviour that the session started with; nil: it starts with that of `configuration`.
    package func applied(
        to configuration: SessionConfiguration, startedWith start: SessionBehavior? = nil
    ) -> SessionConfiguration {
        var result = configuration
        if let outputModality { result.outputModality = outputModality }
        if let instructions { result.instructions = instructions }
        if let inputFormat { result.input.format = inputFormat }
        if let outputFormat { result.output.format = outputFormat }
        switch transcription {
        case .keep: break
        case .clear: result.input.transcription = nil
        case .set(let update):
            var settings = result.input.transcription ?? TranscriptionSettings()
            settings.model = update.model.applied(to: settings.model)
            settings.language = update.language.applied(to: settings.language)
            settings.prompt = update.prompt.applied(to: settings.prompt)
            settings.extra.merge(update.extra) { _, new in new }
            result.input.transcription = settings
        }
        result.input.noiseReduction = noiseReduction.applied(to: result.input.noiseReduction)
        result.input.turnDetection = turnDetection.applied(to: result.input.turnDetection)
        if let voice { result.output.voice = voice }
        if let speed { result.output.speed = speed }
        if let tools { result.tools = tools }
        if let toolChoice { result.toolChoice = toolChoice }
        if let parallelToolCalls { result.parallelToolCalls = parallelToolCalls }
        if let maxOutputTokens { result.maxOutputTokens = maxOutputTokens }
        if let temperature { result.temperature = temperature }
        if let truncation { result.truncation = truncation }
        result.tracing = tracing.applied(to: result.tracing)
        result.prompt = prompt.applied(to: result.prompt)
        result.reasoning = reasoning.applied(to: result.reasoning)
        result.include = include.applied(to: result.include)
        if let behavior {
            result.behavior = behavior.applied(to: result.behavior, startedWith: start ?? result.behavior)
            result.showsBehavior = true
        }
        return result
    }
}
