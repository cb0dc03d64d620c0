import Core
import Pipeline
import Providers

/// What `--describe-providers` prints.
enum ProviderDescription {
    /// `{"stt": {"name", "model", "reason", "fallbacks": [{"name", "model"}]}, "llm": …, "tts": …}` on one line.
    static func json(of selection: ProviderSelection) -> String {
        let stages = [selection.speechToText, selection.languageModel, selection.textToSpeech]
        let members = stages.map { choice in
            let description: [String: JSONValue] = [
                "name": .string(choice.name), "model": .string(choice.model), "reason": .string(choice.reason),
                "fallbacks": .array(
                    choice.fallbacks.map { .object(["name": .string($0.name), "model": .string($0.model)]) }),
            ]
            return (choice.stage.rawValue, JSONValue.object(description))
        }
        return JSONValue.object(Dictionary(uniqueKeysWithValues: members)).serialized
    }
}
