package import Pipeline

/// The stages that a session talks to; shared by all sessions of the worker.
package struct SessionProviders: Sendable {
    /// Who tells speech from silence.
    package let voiceActivity: any VoiceActivityDetectorFactory
    /// Who hears.
    package let speechToText: any SpeechToText
    /// Who thinks.
    package let languageModel: any LanguageModel
    /// Who speaks.
    package let textToSpeech: any TextToSpeech
    /// Who judges whether a pause ends the turn.
    package let endOfTurn: any EndOfTurnPredictor
    /// What is heard while an answer is awaited.
    package let comfort: ComfortAudio
    /// Who lets the calls of all sessions in.
    package let gate: CallGate
    /// Who counts what all sessions hold.
    package let memory: MemoryLedger
    /// Keeps audio for all sessions; nil keeps no audio.
    package let keptAudio: KeptAudio?

    /// These.
    package init(
        voiceActivity: any VoiceActivityDetectorFactory, speechToText: any SpeechToText,
        languageModel: any LanguageModel, textToSpeech: any TextToSpeech,
        endOfTurn: any EndOfTurnPredictor = HeuristicEndOfTurnPredictor(), comfort: ComfortAudio,
        gate: CallGate = CallGate(), memory: MemoryLedger = MemoryLedger(), keptAudio: KeptAudio? = nil
    ) {
        self.voiceActivity = voiceActivity
        self.speechToText = speechToText
        self.languageModel = languageModel
        self.textToSpeech = textToSpeech
        self.endOfTurn = endOfTurn
        self.comfort = comfort
        self.gate = gate
        self.memory = memory
        self.keptAudio = keptAudio
    }
}
