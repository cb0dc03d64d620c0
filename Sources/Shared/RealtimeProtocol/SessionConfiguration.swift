package import Core

/// What a session is set to, in either shape: the one truth that both codecs echo and the state machine obeys.
package struct SessionConfiguration: Sendable, Equatable {
    /// Conversation or transcription; fixed at connect.
    package var kind: SessionKind
    /// The model named at connect; an update that names another is accepted and ignored (protocol section 2.1).
    package var model: String
    /// Whether answers are spoken or written.
    package var outputModality: OutputModality = .audio
    /// The system prompt; empty means none.
    package var instructions: String = ""
    /// How the user's audio arrives and is treated.
    package var input = AudioInput()
    /// How the answer's audio leaves.
    package var output = AudioOutput()
    /// Tools the model may call.
    package var tools: [ToolDefinition] = []
    /// Which tools the model must or may use.
    package var toolChoice: ToolChoice = .auto
    /// Whether several calls in one response are allowed; nil when the client never said.
    package var parallelToolCalls: Bool?
    /// Cap on the tokens of one response.
    package var maxOutputTokens: TokenLimit = .infinite
    /// Sampling temperature 0.6 to 1.2, nil: the model's own; only the beta shape can set or see it.
    package var temperature: Double?
    /// What happens when the conversation outgrows the model's context.
    package var truncation: Truncation = .auto
    /// Accepted and echoed: `"auto"` or an object.
    package var tracing: JSONValue?
    /// Accepted and echoed: `{id, version?, variables?}`.
    package var prompt: JSONValue?
    /// Accepted and echoed: `{effort}`.
    package var reasoning: JSONValue?
    /// Extra fields asked for; only `item.input_audio_transcription.logprobs` exists.
    package var include: [String]?
    /// How the conversation feels beyond the protocol's own settings.
    package var behavior = SessionBehavior()
    /// Whether session objects show it: whether client, key or tenant named a part of it.
    package var showsBehavior = false

    /// The defaults of a session of this kind for `model`.
    package init(kind: SessionKind = .realtime, model: String) {
        self.kind = kind
        self.model = model
    }
}

extension SessionConfiguration {
    /// Sets the behaviour that a session starts with where neither key nor client says: the operator's, changed by what
    /// the tenant set, as it is stored.
    package mutating func setBehavior(_ operators: SessionBehavior, tenant: String?) {
        behavior = operators
        guard let tenant, let update = try? BehaviorUpdate(text: Array(tenant.utf8).span, isStored: true) else {
            return
        }
        behavior = update.applied(to: operators, startedWith: operators)
        behavior.lower(to: operators)
        showsBehavior = !update.isEmpty
    }
}

/// What a session is for.
package enum SessionKind: String, Sendable { case realtime, transcription }

/// Whether answers are spoken or written.
package enum OutputModality: String, Sendable { case audio, text }

/// How the user's audio arrives and is treated.
package struct AudioInput: Sendable, Equatable {
    /// How the bytes are to be read.
    package var format: AudioFormat = .pcm16
    /// nil: no transcription events (the pipeline still transcribes for the language model).
    package var transcription: TranscriptionSettings?
    /// Where the microphone is; nil: no noise reduction.
    package var noiseReduction: NoiseReduction?
    /// nil: manual turns by commit.
    package var turnDetection: TurnDetection? = .serverVAD(ServerVAD())
    /// The defaults.
    package init() {}
}

/// How the answer's audio leaves.
package struct AudioOutput: Sendable, Equatable {
    /// How the bytes are to be read.
    package var format: AudioFormat = .pcm16
    /// The voice's name; which exist is the speech provider's affair.
    package var voice: String = "alloy"
    /// 0.25 to 1.5 of normal speed.
    package var speed: Double = 1
    /// The defaults.
    package init() {}
}

/// What the client asked of input transcription; only keys that it set are echoed beyond the first three.
package struct TranscriptionSettings: Sendable, Equatable {
    /// The transcription model.
    package var model: String?
    /// ISO 639-1.
    package var language: String?
    /// Free text that helps the recogniser.
    package var prompt: String?
    /// Newer keys (`languages`, `keywords`, `delay`), kept verbatim and echoed only because the client set them.
    package var extra: [String: JSONValue] = [:]
    /// Settings with these values.
    package init(model: String? = nil, language: String? = nil, prompt: String? = nil) {
        self.model = model
        self.language = language
        self.prompt = prompt
    }
}

/// Where the microphone is.
package enum NoiseReduction: String, Sendable { case nearField = "near_field", farField = "far_field" }

/// Who decides when the user's turn begins and ends.
package enum TurnDetection: Sendable, Equatable {
    case serverVAD(ServerVAD)
    case semanticVAD(SemanticVAD)

    /// Whether the end of a turn starts a response by itself.
    package var createResponse: Bool {
        switch self {
        case .serverVAD(let vad): vad.createResponse
        case .semanticVAD(let vad): vad.createResponse
        }
    }

    /// Whether the start of a turn cancels the running response.
    package var interruptResponse: Bool {
        switch self {
        case .serverVAD(let vad): vad.interruptResponse
        case .semanticVAD(let vad): vad.interruptResponse
        }
    }
}

/// `turn_detection` of type `server_vad`.
package struct ServerVAD: Sendable, Equatable {
    /// Speech probability from 0 to 1 above which a window counts as speech.
    package var threshold: Double = 0.5
    /// Audio kept from before the detected start.
    package var prefixPadding: Duration = .milliseconds(300)
    /// Silence that ends a turn.
    package var silenceDuration: Duration = .milliseconds(500)
    /// 5 to 30 s; nil: off.
    package var idleTimeout: Duration?
    /// Whether the end of a turn starts a response by itself.
    package var createResponse = true
    /// Whether the start of a turn cancels the running response.
    package var interruptResponse = true
    /// The defaults.
    package init() {}
}

/// `turn_detection` of type `semantic_vad`.
package struct SemanticVAD: Sendable, Equatable {
    /// How soon a turn counts as finished; `auto` is `medium`.
    package enum Eagerness: String, Sendable { case auto, low, medium, high }
    /// How soon a turn counts as finished.
    package var eagerness: Eagerness = .auto
    /// Whether the end of a turn starts a response by itself.
    package var createResponse = true
    /// Whether the start of a turn cancels the running response.
    package var interruptResponse = true
    /// The defaults.
    package init() {}
}

/// A cap on tokens: 1 to 4096, or none (`"inf"`).
package enum TokenLimit: Sendable, Equatable {
    case limited(Int)
    case infinite
}

/// What happens when the conversation outgrows the model's context.
package enum Truncation: Sendable, Equatable {
    case auto
    case disabled
    /// Keep this share (0 to 1) after a truncation; `tokenLimit` is `token_limits.post_instructions`.
    case retentionRatio(Double, tokenLimit: Int?)
}
