package import Pipeline

/// The stages that a session talks to; shared by all sessions of the worker.
package struct SessionProviders: Sendable {
    package let voiceActivity: any VoiceActivityDetectorFactory
    package let speechToText: any SpeechToText
    package let languageModel: any LanguageModel
    package let textToSpeech: any TextToSpeech

    package init(
        voiceActivity: any VoiceActivityDetectorFactory, speechToText: any SpeechToText,
        languageModel: any LanguageModel, textToSpeech: any TextToSpeech
    ) {
        self.voiceActivity = voiceActivity
        self.speechToText = speechToText
        self.languageModel = languageModel
        self.textToSpeech = textToSpeech
    }
}
