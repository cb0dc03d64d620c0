extension Settings {
    static let worker = [
        workerAddress.declaration, workerPort.declaration, workerOpsAddress.declaration, workerOpsPort.declaration,
        loopStallLimit.declaration, pingInterval.declaration, pongTimeout.declaration, workerEndpoint.declaration,
        workerURL.declaration, workerSessions.declaration, drainTimeout.declaration, vadWeights.declaration,
        pocketSphinxModel.declaration, speechDecoders.declaration, phraseDirectory.declaration,
        workerMemory.declaration, conversationMemory.declaration,
        keptAudio.declaration, itemAudio.declaration,
    ]

    /// Where the worker listens.
    package static let workerAddress = ConfigurationOption(
        "ANTIPHON_WORKER_ADDRESS", .host, default: "127.0.0.1", readBy: .worker, "Address that the worker listens on.")
    /// The WebSocket port.
    package static let workerPort = ConfigurationOption(
        "ANTIPHON_WORKER_PORT", .port, default: 8090, readBy: .worker, "Port of the WebSockets; 0 takes a free one.")
    /// Where operators and their tools ask.
    package static let workerOpsAddress = ConfigurationOption(
        "ANTIPHON_WORKER_OPS_ADDRESS", .host, readBy: .worker,
        "Address of the worker's ops port; without it, the address that the worker listens on.")
    /// The port of liveness, readiness and metrics.
    package static let workerOpsPort = ConfigurationOption(
        "ANTIPHON_WORKER_OPS_PORT", .port, default: 9090, readBy: .worker,
        "Port of the worker's `/livez`, `/readyz` and `/metrics`.")
    /// When the sessions' loop counts as stalled.
    package static let loopStallLimit = ConfigurationOption(
        "ANTIPHON_LOOP_STALL_LIMIT_MS", .milliseconds(100...600_000), default: .seconds(10), readBy: .worker,
        "After this long without a turn of the sessions' loop, `/livez` answers 503.")
    /// How often clients are pinged.
    package static let pingInterval = ConfigurationOption(
        "ANTIPHON_PING_INTERVAL_MS", .milliseconds(1_000...600_000), default: .seconds(20), readBy: .worker,
        "How often a client is pinged.")
    /// How long a silent line is kept.
    package static let pongTimeout = ConfigurationOption(
        "ANTIPHON_PONG_TIMEOUT_MS", .milliseconds(30_000...600_000), default: .seconds(30), readBy: .worker,
        "How long a client may take to answer a ping before its line counts as lost.")
    /// What the edge dials.
    package static let workerEndpoint = ConfigurationOption(
        "ANTIPHON_WORKER_ENDPOINT", .text, readBy: .worker,
        "`host:port` by which the edge reaches this worker; without it, its own address and port.")
    /// What clients dial when they may reach the worker without the edge.
    package static let workerURL = ConfigurationOption(
        "ANTIPHON_WORKER_URL", .url("ws", "wss"), readBy: .worker,
        "URL by which clients reach this worker directly; without it they go through the edge.")
    /// The most sessions of one worker.
    package static let workerSessions = ConfigurationOption(
        "ANTIPHON_WORKER_SESSIONS", .count(1...100_000), default: 200, readBy: .worker,
        "Most sessions that this worker accepts at once.")
    /// How long live sessions may go on after a stop was asked for.
    package static let drainTimeout = ConfigurationOption(
        "ANTIPHON_DRAIN_TIMEOUT_MS", .milliseconds(0...3_600_000), default: .seconds(30), readBy: .servers,
        "How long live sessions and requests may go on after SIGTERM.")
    /// The voice activity network.
    package static let vadWeights = ConfigurationOption(
        "ANTIPHON_VAD_WEIGHTS", .path, default: ".run/models/silero_vad_16k.safetensors", readBy: .worker,
        "Weights of the voice activity network.")
    /// The embedded recogniser's model.
    package static let pocketSphinxModel = ConfigurationOption(
        "ANTIPHON_POCKETSPHINX_MODEL", .path, default: "/usr/share/pocketsphinx/model/en-us", readBy: .worker,
        "Directory of the embedded recogniser's acoustic model, language model and dictionary.")
    /// The embedded recogniser's parallelism.
    package static let speechDecoders = ConfigurationOption(
        "ANTIPHON_SPEECH_DECODERS", .count(1...64), default: 2, readBy: .worker,
        "How many turns the embedded recogniser hears at once.")

    /// The disk level of the phrase cache.
    package static let phraseDirectory = ConfigurationOption(
        "ANTIPHON_PHRASE_CACHE_DIR", .path, readBy: .worker,
        "Directory in which acknowledgement phrases are kept as audio, at most 64 MiB; `make run` sets `phrases` in its own. Without it "
            + "they are synthesised once for each start.")

    /// What all sessions of a worker may hold.
    package static let workerMemory = ConfigurationOption(
        "ANTIPHON_WORKER_MEMORY_MIB", .count(64...1_048_576), default: 2_048, readBy: .worker,
        "MiB that all sessions of the worker may hold: conversations, prompts, answers and audio under way.")
    /// What one conversation may hold.
    package static let conversationMemory = ConfigurationOption(
        "ANTIPHON_CONVERSATION_MEMORY_MIB", .count(4...1_024), default: 32, readBy: .worker,
        "MiB that one conversation may hold: texts, pictures and results of tools.")
    /// The memory for audio that is kept.
    package static let keptAudio = ConfigurationOption(
        "ANTIPHON_KEPT_AUDIO_MIB", .count(0...65_536), default: 64, readBy: .worker,
        "MiB of audio that the worker keeps: of items, and of input in no turn. The newest is kept; 0 keeps none.")
    /// Whether items keep their audio.
    package static let itemAudio = ConfigurationOption(
        "ANTIPHON_ITEM_AUDIO", .boolean, default: true, readBy: .worker,
        "Whether `conversation.item.retrieve` returns the audio of items, which is kept in memory for it.")

    static let turns = [
        vadThreshold.declaration, vadSilence.declaration, vadPadding.declaration, sessionLimit.declaration,
        commitWindow.declaration, idleLimit.declaration, contextTokens.declaration, llmImages.declaration,
        summaryModels.declaration,
    ]

    /// The default of `turn_detection.threshold`.
    package static let vadThreshold = ConfigurationOption(
        "VAD_THRESHOLD", .number(0...1), default: 0.5, readBy: .servers,
        "Default of `turn_detection.threshold`: probability from which a window counts as speech.")
    /// The default of `turn_detection.silence_duration_ms`.
    package static let vadSilence = ConfigurationOption(
        "VAD_MIN_SILENCE_MS", .milliseconds(0...10_000), default: .milliseconds(500), readBy: .servers,
        "Default of `turn_detection.silence_duration_ms`: silence that ends a turn.")
    /// The default of `turn_detection.prefix_padding_ms`.
    package static let vadPadding = ConfigurationOption(
        "VAD_SPEECH_PAD_MS", .milliseconds(0...5_000), default: .milliseconds(300), readBy: .servers,
        "Default of `turn_detection.prefix_padding_ms`: audio before the first speech that belongs to the turn.")
    /// The audio that a commit takes while turns are detected.
    package static let commitWindow = ConfigurationOption(
        "ANTIPHON_COMMIT_WINDOW_MS", .milliseconds(1_000...300_000), default: .seconds(30), readBy: .worker,
        "How much of the audio that is in no turn `input_audio_buffer.commit` takes while turns are detected.")
    /// The longest session.
    package static let sessionLimit = ConfigurationOption(
        "MAX_CALL_DURATION_MS", .milliseconds(1_000...86_400_000), default: .seconds(3_600), readBy: .worker,
        "Longest session; the protocol has an hour.")
    /// The longest silence of a client.
    package static let idleLimit = ConfigurationOption(
        "MAX_IDLE_DURATION_MS", .milliseconds(1_000...86_400_000), default: .seconds(600), readBy: .worker,
        "Longest time without an event from the client.")
    /// Which models summarise for those who ask.
    package static let summaryModels = ConfigurationOption(
        "ANTIPHON_SUMMARY_MODELS", .list, default: [], readBy: .servers,
        "Models that tenants and clients may name in `summary.model`, beside the operator's own; `*` allows all.")
    /// Whether the language model sees.
    package static let llmImages = ConfigurationOption(
        "ANTIPHON_LLM_IMAGES", .boolean, readBy: .worker,
        "Whether the language model takes pictures; by default yes, but not at Groq. The embedded one takes none.")
    /// What the language model can read.
    package static let contextTokens = ConfigurationOption(
        "ANTIPHON_LLM_CONTEXT_TOKENS", .count(256...10_000_000), default: 28_224, readBy: .worker,
        "Tokens of input that the language model can read; longer conversations are cut by the session's `truncation`.")
}
