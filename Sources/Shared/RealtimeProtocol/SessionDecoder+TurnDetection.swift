import Core

extension SessionDecoder {
    private static let common: [StaticString] = ["type", "create_response", "interrupt_response"]
    private static let betaServerOnly: [StaticString] = ["threshold", "prefix_padding_ms", "silence_duration_ms"]
    /// Beta has no event for a timeout, so it has no timeout.
    private static let gaOnly: [StaticString] = ["idle_timeout_ms"]
    private static let serverOnly = betaServerOnly + gaOnly
    private static let semanticOnly: [StaticString] = ["eagerness"]

    /// `turn_detection` in GA: one of two objects, told apart by `type`.
    static func gaTurnDetection(_ parent: borrowing ObjectReader, _ defaults: ServerVAD) throws(ProtocolError)
        -> Change<TurnDetection>
    {
        guard let value = parent.value("turn_detection") else { return .keep }
        if parent.document.isNull(value) { return .clear }
        let settings = try ObjectReader(parent.document, value, path: parent.path("turn_detection"))
        _ = try settings.required("type")
        if try settings.constant("type", ["server_vad", "semantic_vad"]) == "server_vad" {
            try settings.refuseUnknown(common + serverOnly, nullOnly: semanticOnly)
            return .set(.serverVAD(try serverVAD(settings, defaults)))
        }
        try settings.refuseUnknown(common + semanticOnly, nullOnly: serverOnly)
        return .set(.semanticVAD(try semanticVAD(settings)))
    }

    /// `turn_detection` in beta: one flat object; `type` may be missing, and `none` switches it off.
    static func betaTurnDetection(_ parent: borrowing ObjectReader, _ defaults: ServerVAD) throws(ProtocolError)
        -> Change<TurnDetection>
    {
        guard let value = parent.value("turn_detection") else { return .keep }
        if parent.document.isNull(value) { return .clear }
        let settings = try ObjectReader(parent.document, value, path: parent.path("turn_detection"))
        try settings.refuseUnknown(common + betaServerOnly + semanticOnly, nullOnly: gaOnly)
        if settings.given("type").flatMap({ settings.document.string($0) }) == "none" { return .clear }
        return switch try settings.constant("type", ["server_vad", "semantic_vad"]) {
        case "semantic_vad": .set(.semanticVAD(try semanticVAD(settings)))
        default: .set(.serverVAD(try serverVAD(settings, defaults)))
        }
    }

    private static func serverVAD(_ settings: borrowing ObjectReader, _ defaults: ServerVAD) throws(ProtocolError)
        -> ServerVAD
    {
        var vad = defaults
        if let threshold = try settings.decimal("threshold", 0...1) { vad.threshold = threshold }
        if let padding = try settings.milliseconds("prefix_padding_ms", ProtocolLimits.prefixPadding) {
            vad.prefixPadding = padding
        }
        if let silence = try settings.milliseconds("silence_duration_ms", ProtocolLimits.silenceDuration) {
            vad.silenceDuration = silence
        }
        vad.idleTimeout = try settings.milliseconds("idle_timeout_ms", ProtocolLimits.idleTimeout)
        if let flag = try settings.bool("create_response") { vad.createResponse = flag }
        if let flag = try settings.bool("interrupt_response") { vad.interruptResponse = flag }
        return vad
    }

    private static func semanticVAD(_ settings: borrowing ObjectReader) throws(ProtocolError) -> SemanticVAD {
        var vad = SemanticVAD()
        if let eagerness = try settings.choice("eagerness", [SemanticVAD.Eagerness.low, .medium, .high, .auto]) {
            vad.eagerness = eagerness
        }
        if let flag = try settings.bool("create_response") { vad.createResponse = flag }
        if let flag = try settings.bool("interrupt_response") { vad.interruptResponse = flag }
        return vad
    }
}
