import RealtimeProtocol

extension TurnDetection {
    /// Audio kept from before the detected start of speech, `defaults` where the kind of detection has no such setting.
    func prefixPadding(_ defaults: ServerVAD) -> Duration {
        if case .serverVAD(let vad) = self { vad.prefixPadding } else { defaults.prefixPadding }
    }
}
