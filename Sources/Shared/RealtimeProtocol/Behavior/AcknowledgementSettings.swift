/// The short phrase ("okay") that is spoken when the answer is not ready after a moment.
package struct AcknowledgementSettings: Sendable, Equatable {
    /// From when `delay` counts.
    package enum Origin: String, Sendable, CaseIterable {
        case responseStart = "response_start", speechEnd = "speech_end"
    }

    /// Whether there are phrases at all.
    package var isEnabled = true
    /// How long the answer may take before a phrase is spoken.
    package var delay = Duration.milliseconds(300)
    /// From when `delay` counts.
    package var origin = Origin.responseStart
    /// One of these is spoken, never the same twice in a row where there is a choice; one entry means one phrase.
    package var phrases = ["okay"]
    /// Lists for some languages, with commas between the phrases, by ISO 639-1 code; every other language has `phrases`.
    package var phrasesByLanguage: [String: String] = [:]
    /// A turn of fewer words of the user gets no phrase; 0: every turn does.
    package var minimumUserWords = 0
    /// Time between the ends of one phrase and the beginning of the next.
    package var minimumGap = Duration.seconds(2)
    /// How long a tool may run before a phrase of the second level is spoken; nil: none is.
    package var toolDelay: Duration? = .seconds(6)
    /// The phrases of the second level.
    package var toolPhrases = ["one moment please"]
    /// Lists of the second level for some languages, as in `phrasesByLanguage`.
    package var toolPhrasesByLanguage: [String: String] = [:]
    /// Most phrases of the second level in one response.
    package var toolLimit = 2

    /// The product's defaults.
    package init() {}

    /// What may be said while an answer in `language` is awaited.
    package func phrases(in language: String?) -> [String] { Self.list(language, phrasesByLanguage, phrases) }

    /// What may be said in `language` while a tool runs.
    package func toolPhrases(in language: String?) -> [String] {
        Self.list(language, toolPhrasesByLanguage, toolPhrases)
    }

    /// The list for `language`, else the one for its first part ("pt" of "pt-BR"), else `others`.
    private static func list(_ language: String?, _ lists: [String: String], _ others: [String]) -> [String] {
        guard let language = language?.lowercased(), !lists.isEmpty else { return others }
        let names = [language, String(language.prefix { $0 != "-" && $0 != "_" })]
        for name in names {
            guard let list = lists.first(where: { $0.key.lowercased() == name })?.value else { continue }
            let phrases = list.split(separator: ",").map {
                $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            }
            return phrases.filter { !$0.isEmpty }
        }
        return others
    }
}
