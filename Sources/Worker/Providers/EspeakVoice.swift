/// One of espeak-ng's voices: a language and a variant of the synthetic speaker.
struct EspeakVoice: Sendable, Hashable {
    /// A language code that espeak-ng knows, such as "en-us".
    var language: String
    /// A file of espeak-ng's `voices/!v`: f1 to f5 are female speakers, m1 to m8 male ones.
    var variant: String

    /// What `espeak_SetVoiceByName` takes.
    ///
    /// Made of constants and listed languages only: the library opens files by this name.
    var name: String { "\(language)+\(variant)" }

    /// The voice of an OpenAI voice name in a language.
    /// - Parameters:
    ///   - voice: as a session names it; an unknown one is the default voice.
    ///   - language: ISO 639-1, perhaps with a region ("pt-BR"); nil or a language without voice is English.
    ///   - languages: the codes that espeak-ng has voices for.
    init(voice: String, language: String?, among languages: Set<String>) {
        variant = Self.variants[voice.lowercased()] ?? Self.defaultVariant
        self.language = language.flatMap { Self.code(of: $0, among: languages) } ?? Self.defaultLanguage
    }

    /// The voice that is loaded at start.
    static let standard = EspeakVoice(voice: "alloy", language: nil, among: [])

    private static let defaultLanguage = "en-us"
    private static let defaultVariant = "f3"

    /// Each name is a speaker of its own.
    static let variants = [
        "alloy": defaultVariant, "coral": "f2", "marin": "f5", "nova": "Annie", "sage": "f4", "shimmer": "f1",
        "ash": "m3", "ballad": "m4", "cedar": "m2", "echo": "m1", "fable": "m5", "onyx": "m6", "verse": "m7",
    ]

    /// Codes that espeak-ng knows by another name.
    private static let aliases = [
        "en": "en-us", "es-mx": "es-419", "in": "id", "iw": "he", "no": "nb", "zh": "cmn",
    ]

    /// The languages that are offered.
    ///
    /// With Cantonese, Danish, Shan and some Vietnamese rules Debian's library writes beyond its buffers, which ends every
    /// session of the process: those, languages of other than the Latin script, and languages that nobody tried are left out.
    static let offered: Set<String> = [
        "ca", "cs", "de", "en-us", "es", "es-419", "fi", "fr", "hr", "hu", "id", "it", "ms", "nb", "nl", "pl", "pt",
        "pt-br",
        "ro", "sk", "sv", "tr",
    ]

    private static func code(of language: String, among languages: Set<String>) -> String? {
        let whole = language.lowercased()
        let primary = String(whole.prefix { $0 != "-" && $0 != "_" })
        let wanted = [aliases[whole], whole, aliases[primary], primary]
        return wanted.compactMap { $0 }.first { offered.contains($0) && languages.contains($0) }
    }
}
