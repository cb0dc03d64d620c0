import Core
import Cryptography
package import Pipeline

/// Everything that decides how a phrase sounds, and nothing else: whose session it is said in makes no difference.
package struct PhraseKey: Sendable, Hashable {
    /// Who speaks: `TextToSpeech.identity`.
    let speaker: String
    /// The session's voice.
    let voice: String
    /// Of normal speed.
    let speed: Double
    /// ISO 639-1; empty: the voice's own.
    let language: String
    /// What is said.
    let text: String

    /// The key of what `speaker` says to `request`.
    package init(_ request: SpeechRequest, by speaker: any TextToSpeech) {
        self.speaker = speaker.identity
        voice = request.voice
        speed = request.speed
        language = request.language ?? ""
        text = request.text
    }

    /// A name for a file: the digest of all parts, each with its length before it.
    package var fileName: String {
        let parts = [speaker, voice, "\(speed)", language, text].map { "\($0.utf8.count):\($0)" }
        let digits = Array("0123456789abcdef")
        let digest = SHA256.digest(parts.joined()).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(digest) + ".wav"
    }
}
