import Core
import Pipeline
import RealtimeProtocol

extension SpeechGate.Configuration {
    /// The gate that `turn_detection` asks for; nil in manual mode.
    ///
    /// With `server_vad` its silence ends a turn. With `semantic_vad` the session decides at pauses, and the gate's silence is the
    /// longest wait.
    init?(_ detection: TurnDetection?, _ settings: TurnTakingSettings, defaults: ServerVAD) {
        self.init()
        let silence: Duration
        switch detection {
        case nil: return nil
        case .serverVAD(let vad):
            threshold = Float(vad.threshold)
            silence = vad.silenceDuration
        case .semanticVAD(let vad):
            threshold = Float(defaults.threshold)
            silence = EndOfTurnPatience(vad.eagerness).longest
        }
        silenceDuration = Self.samples(silence)
        minimumSpeech = Self.samples(settings.minimumSpeech)
    }

    private static func samples(_ duration: Duration) -> Int { Int(duration.inSeconds * 16_000) }
}
