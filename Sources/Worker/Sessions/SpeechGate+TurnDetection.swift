import Core
import Pipeline
import RealtimeProtocol

extension SpeechGate.Configuration {
    /// The gate that `turn_detection` asks for; nil in manual mode.
    ///
    /// Semantic detection differs from `server_vad` by its silence: the more eager, the shorter.
    init?(_ detection: TurnDetection?, defaults: ServerVAD) {
        self.init()
        let silence: Duration
        switch detection {
        case nil: return nil
        case .serverVAD(let vad):
            threshold = Float(vad.threshold)
            silence = vad.silenceDuration
        case .semanticVAD(let vad):
            threshold = Float(defaults.threshold)
            switch vad.eagerness {
            case .high: silence = .milliseconds(300)
            case .auto, .medium: silence = .milliseconds(600)
            case .low: silence = .milliseconds(1000)
            }
        }
        silenceDuration = Int(silence.inSeconds * 16_000)
    }
}
