// Every stored property of `SessionBehavior` has a row here; a test counts them. A row is a path, a place, a kind and a
// meaning; its setting is `ANTIPHON_GROUP_NAME` unless the field has a well-known one. Groups stand together. What costs calls of
// providers or of tools is a ceiling: operator, tenant, client secret and client may each only lower what the step before set.
extension BehaviorField {
    /// The table, in the order of the documentation.
    package static let all: [BehaviorField] =
        acknowledgement + typingSound + interruption + turnTaking + summary + agent + silence + output + latency

    /// Characters of something that is spoken at once, or of a model's name.
    private static let phraseLength = 200
    /// Characters of something that is spoken as a turn.
    private static let speechLength = 2_000

    private static let acknowledgement = [
        BehaviorField(
            "acknowledgement.enabled", \.acknowledgement.isEnabled, .flag, setting: "ACKNOWLEDGEMENT_ENABLED",
            "Whether a short phrase is spoken when the answer takes a moment."),
        BehaviorField(
            "acknowledgement.delay_ms", \.acknowledgement.delay, .milliseconds(0...10_000),
            setting: "ACKNOWLEDGEMENT_DELAY_MS", "How long the answer may take before a phrase is spoken."),
        BehaviorField(
            "acknowledgement.delay_from", \.acknowledgement.origin, .choice,
            "From when the delay counts: the start of the response, or the end of the user's speech."),
        BehaviorField(
            "acknowledgement.phrases", \.acknowledgement.phrases, .texts(1...32, maximum: phraseLength),
            setting: "ACKNOWLEDGEMENT_PHRASES",
            "The phrases; one of them is spoken, never the same twice in a row where there is a choice."),
        BehaviorField(
            "acknowledgement.phrases_by_language", \.acknowledgement.phrasesByLanguage,
            .named(atMost: 32, maximum: speechLength),
            "Other phrases for some languages: by ISO 639-1 code, with commas between them."),
        BehaviorField(
            "acknowledgement.minimum_user_words", \.acknowledgement.minimumUserWords, .count(0...100),
            "A turn of the user of fewer words gets no phrase."),
        BehaviorField(
            "acknowledgement.minimum_gap_ms", \.acknowledgement.minimumGap, .milliseconds(0...600_000),
            "Least time between the end of one phrase and the beginning of the next."),
        BehaviorField(
            "acknowledgement.tool_delay_ms", \.acknowledgement.toolDelay, .optional(.milliseconds(0...600_000)),
            "How long a tool may run before a phrase of the second level is spoken."),
        BehaviorField(
            "acknowledgement.tool_phrases", \.acknowledgement.toolPhrases, .texts(1...32, maximum: phraseLength),
            "The phrases of the second level."),
        BehaviorField(
            "acknowledgement.tool_phrases_by_language", \.acknowledgement.toolPhrasesByLanguage,
            .named(atMost: 32, maximum: speechLength),
            "Other phrases of the second level for some languages."),
        .ceiling(
            "acknowledgement.tool_limit", \.acknowledgement.toolLimit, .count(0...100),
            "Most phrases of the second level in one response."),
    ]

    private static let typingSound = [
        BehaviorField(
            "typing_sound.enabled", \.typingSound.isEnabled, .flag, setting: "TYPING_SOUND_ENABLED",
            "Whether typing is heard while the answer is being prepared or a tool runs."),
        BehaviorField(
            "typing_sound.source", \.typingSound.source, .choice,
            "What is heard: our keystrokes, or the tenant's own clip (`PUT /v1/antiphon/typing_clip`)."),
        BehaviorField(
            "typing_sound.volume", \.typingSound.volume, .number(0...1), setting: "TYPING_SOUND_VOLUME",
            "How loud the typing is."),
        BehaviorField(
            "typing_sound.loop_duration_ms", \.typingSound.loopDuration, .milliseconds(500...10_000),
            setting: "TYPING_SOUND_LOOP_DURATION_MS",
            "After how long the keystrokes repeat; a clip repeats after its own length."),
    ]

    private static let interruption = [
        BehaviorField(
            "interruption.mode", \.interruption.mode, .choice,
            "Who decides that speech interrupts an answer: its onset, its length, its words, or nobody."),
        BehaviorField(
            "interruption.minimum_speech_ms", \.interruption.minimumSpeech, .milliseconds(0...5_000),
            "In mode `confirmed`, speech that lasts this long interrupts."),
        BehaviorField(
            "interruption.decision_time_ms", \.interruption.decisionTime, .milliseconds(50...5_000),
            "After this long, at the latest, it is decided whether the answer goes on."),
        BehaviorField(
            "interruption.minimum_words", \.interruption.minimumWords, .count(1...20),
            "In mode `semantic`, so many words that are no backchannel interrupt."),
        BehaviorField(
            "interruption.duck_gain", \.interruption.duckGain, .number(0...1),
            "Gain of the answer while it is being decided."),
        BehaviorField(
            "interruption.protected_start_ms", \.interruption.protectedStart, .milliseconds(0...60_000),
            "The first part of an answer, which nothing interrupts."),
        BehaviorField(
            "interruption.echo_guard_ms", \.interruption.echoGuard, .milliseconds(0...5_000),
            "The first part of an answer in which what is heard may be its own echo."),
    ]

    private static let turnTaking = [
        BehaviorField(
            "turn_taking.minimum_speech_ms", \.turnTaking.minimumSpeech, .milliseconds(0...1_000),
            "Speech that lasts this long begins a turn; less is a click."),
        BehaviorField(
            "turn_taking.speculate", \.turnTaking.speculates, .flag,
            "Whether the answer may be begun at a short pause, before the turn is certainly over."),
        BehaviorField(
            "turn_taking.speculation_pause_ms", \.turnTaking.speculationPause, .milliseconds(50...5_000),
            "The pause at which it is begun, and at which `semantic_vad` has the words transcribed that it judges by."),
        .ceiling(
            "turn_taking.speculation_budget", \.turnTaking.speculationBudget, .count(0...20),
            "Most answers and transcripts that may be begun in vain in one turn."),
    ]

    private static let summary = [
        BehaviorField(
            "summary.enabled", \.summary.isEnabled, .flag,
            "Whether the older part of a long conversation becomes a summary that only the model sees."),
        BehaviorField(
            "summary.model", \.summary.model, .optional(.text(maximum: phraseLength)),
            "The model of the first provider that summarises; without one, the one that answers."),
        BehaviorField(
            "summary.budget_tokens", \.summary.budget, .optional(.count(256...10_000_000)),
            "Most tokens of conversation that the model sees; without it, as many as its context has room for."),
        BehaviorField(
            "summary.keep_turns", \.summary.keptTurns, .count(1...1_000), "Newest turns that no summary covers."
        ),
        BehaviorField(
            "summary.timeout_ms", \.summary.timeout, .milliseconds(1_000...300_000),
            "How long a summary may take."),
        BehaviorField(
            "summary.without_truncation", \.summary.appliesWithoutTruncation, .flag,
            "Whether also a conversation is summarised whose `truncation` is `disabled`, which asks that nothing be lost."
        ),
    ]

    private static let agent = [
        BehaviorField(
            "agent.type", \.agent.type, .text(maximum: 64), setting: "DEFAULT_AGENT_TYPE",
            "How the model is asked: `tool_loop` runs tools of the server in between, `single_step` asks once."),
        .ceiling(
            "agent.max_steps", \.agent.maximumSteps, .count(1...50), setting: "AGENT_MAX_STEPS",
            "Most times the model is asked in one response when tools of the server answer in between."),
        .ceiling(
            "agent.stream_retries", \.agent.streamRetries, .count(0...10), setting: "MAX_STREAM_RETRIES",
            "Most repetitions of a request to the model that failed before its first word."),
        .ceiling(
            "agent.tool_retries", \.agent.toolRetries, .count(0...10), setting: "MAX_TOOL_RETRIES",
            "Most times in one response that the model may call tools of the server in a way that cannot be run."),
        BehaviorField(
            "agent.greeting", \.agent.greeting, .optional(.text(maximum: speechLength)), setting: "ANTIPHON_GREETING",
            "What the assistant begins the conversation with; without it, it waits for the user."),
        BehaviorField(
            "agent.greeting_mode", \.agent.greetingMode, .choice, setting: "ANTIPHON_GREETING_MODE",
            "Whether the greeting is said word for word, or tells the model how to greet."),
        BehaviorField(
            "agent.variables", \.agent.variables, .named(atMost: 64, maximum: 4_096),
            "Values for `{{name}}` in the instructions."),
        BehaviorField(
            "agent.server_tools", \.agent.serverTools, .serverTools,
            "Tools that the server runs by calling the tenant's HTTPS endpoints; only API keys may set them."),
    ]

    private static let silence = [
        BehaviorField(
            "silence.apology", \.silence.apology, .optional(.text(maximum: speechLength)), setting: "ANTIPHON_APOLOGY",
            "Spoken in place of an answer that failed.")
    ]

    private static let output = [
        BehaviorField(
            "output.start_lead_ms", \.output.startLead, .milliseconds(40...2_000),
            "How much audio may leave at once when speech begins, ahead of the listener's clock."),
        BehaviorField(
            "output.steady_lead_ms", \.output.steadyLead, .milliseconds(40...2_000),
            "How far ahead of the listener's clock later audio leaves; more bridges a line whose delay varies."),
    ]

    private static let latency = [
        BehaviorField(
            "latency.reported", \.reportsLatency, .flag,
            "Whether `response.done` carries the turn's latencies.")
    ]
}
