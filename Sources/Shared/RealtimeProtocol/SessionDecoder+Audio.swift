import Core

// Formats, transcription, noise reduction, voices.
extension SessionDecoder {
    /// `format` in GA: an object with a type; only PCM has a rate, and must have it.
    static func gaFormat(_ parent: borrowing ObjectReader) throws(ProtocolError) -> AudioFormat? {
        guard let format = try parent.child("format") else { return nil }
        _ = try format.required("type")
        try format.refuseUnknown(["type", "rate"])
        switch try format.constant("type", ["audio/pcm", "audio/pcmu", "audio/pcma"]) {
        case "audio/pcmu":
            _ = try format.integer("rate", AudioFormat.g711MuLaw.sampleRate...AudioFormat.g711MuLaw.sampleRate)
            return .g711MuLaw
        case "audio/pcma":
            _ = try format.integer("rate", AudioFormat.g711ALaw.sampleRate...AudioFormat.g711ALaw.sampleRate)
            return .g711ALaw
        default:
            _ = try format.required("rate")
            _ = try format.integer("rate", AudioFormat.pcm16.sampleRate...AudioFormat.pcm16.sampleRate)
            return .pcm16
        }
    }

    /// A format in beta: a word.
    static func betaFormat(_ parent: borrowing ObjectReader, _ key: StaticString) throws(ProtocolError) -> AudioFormat?
    {
        switch try parent.constant(key, ["pcm16", "g711_ulaw", "g711_alaw"]) {
        case nil: nil
        case "g711_ulaw": .g711MuLaw
        case "g711_alaw": .g711ALaw
        default: .pcm16
        }
    }

    /// `voice`: a name, or `{id}` for a custom one.
    ///
    /// Which names exist is the speech provider's affair.
    static func voice(_ parent: borrowing ObjectReader) throws(ProtocolError) -> String? {
        guard let value = parent.given("voice") else { return nil }
        guard parent.document.kind(value) == .object else {
            return try parent.text(value, parent.path("voice"), maximum: ProtocolLimits.shortTextLength)
        }
        let custom = try ObjectReader(parent.document, value, path: parent.path("voice"))
        try custom.refuseUnknown(["id"])
        return try custom.requiredString("id")
    }

    /// `language` in its usual form; null or an empty text: not known.
    private static func language(_ settings: borrowing ObjectReader) throws(ProtocolError) -> Change<String> {
        let given = try text(settings, "language", maximum: ProtocolLimits.shortTextLength)
        guard case .set(let text) = given else { return given }
        if text.isEmpty { return .clear }
        guard let tag = LanguageTag(text) else {
            throw ProtocolError(
                .invalidValue,
                "Invalid value: '\(text.prefix(32))'. Expected a language as in ISO 639-1, such as 'en', perhaps with a region "
                    + "or script as in 'en-US'.", parameter: settings.path("language"))
        }
        return .set(tag.description)
    }

    /// Input transcription: null switches it off, an object names the settings to change.
    static func transcription(_ parent: borrowing ObjectReader, _ key: StaticString, allowsNewerFields: Bool)
        throws(ProtocolError) -> Change<SessionUpdate.TranscriptionUpdate>
    {
        guard let value = parent.value(key) else { return .keep }
        if parent.document.isNull(value) { return .clear }
        let settings = try ObjectReader(parent.document, value, path: parent.path(key))
        let newer: [StaticString] = ["languages", "keywords", "delay"]
        try settings.refuseUnknown(["model", "language", "prompt"] + (allowsNewerFields ? newer : []), nullOnly: newer)
        var update = SessionUpdate.TranscriptionUpdate()
        update.model = try text(settings, "model", maximum: ProtocolLimits.shortTextLength)
        update.language = try language(settings)
        update.prompt = try text(settings, "prompt", maximum: ProtocolLimits.longTextLength)
        if let languages = try settings.strings("languages", maximum: 128) {
            update.extra["languages"] = .array(languages.map { .string($0) })
        }
        if let keywords = try settings.strings("keywords", maximum: 1024) {
            update.extra["keywords"] = .array(keywords.map { .string($0) })
        }
        if let delay = try settings.constant("delay", ["minimal", "low", "medium", "high", "xhigh"]) {
            update.extra["delay"] = .string(delay)
        }
        return .set(update)
    }

    private static func text(_ parent: borrowing ObjectReader, _ key: StaticString, maximum: Int) throws(ProtocolError)
        -> Change<String>
    {
        guard let value = parent.value(key) else { return .keep }
        if parent.document.isNull(value) { return .clear }
        return .set(try parent.text(value, parent.path(key), maximum: maximum))
    }

    /// Noise reduction: null switches it off.
    ///
    /// `strength` is accepted and has no effect.
    static func noiseReduction(_ parent: borrowing ObjectReader, _ key: StaticString) throws(ProtocolError) -> Change<
        NoiseReduction
    > {
        guard let value = parent.value(key) else { return .keep }
        if parent.document.isNull(value) { return .clear }
        let settings = try ObjectReader(parent.document, value, path: parent.path(key))
        let type = try settings.required("type")
        try settings.refuseUnknown(["type", "strength"])
        _ = try settings.decimal("strength", 0...1)
        return .set(try settings.choice(type, settings.path("type"), [NoiseReduction.nearField, .farField]))
    }
}
