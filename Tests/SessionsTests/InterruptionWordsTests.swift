import Sessions
import Testing

@Suite("Words spoken into an answer") struct InterruptionWordsTests {
    private func meaning(_ text: String, _ language: String?) -> InterruptionWords.Meaning {
        InterruptionWords.of(language).meaning(of: text)
    }

    @Test(
        "Listening is no interruption, however it is written",
        arguments: [
            ("mm-hmm", "en"), ("Mhm.", "en"), ("uh huh", "en"), ("UH-HUH!", "en"), ("Yeah, yeah, okay.", "en"),
            ("Hmmmm", "en"), ("yeahhh", "en"), ("All right, got it", "en-US"), ("That makes sense.", "EN"),
            ("Ja, genau.", "de"), ("Ach so, verstehe", "de"), ("natürlich", "de"), ("D’accord !", "fr"),
            ("c'est ça", "fr"), ("Sí, claro", "es"), ("Ajá", "es"), ("Va bene, sì", "it"), ("Tá bom", "pt"),
            ("com certeza", "pt-BR"), ("Ja hoor!", "nl-BE"), ("Dat klopt.", "nl"), ("oké", "nl"), ("Ok", "fi"),
            ("Mhm", "ja"), ("oui", nil), ("genau, okay", nil),
        ])
    func listening(text: String, language: String?) {
        let meaning = meaning(text, language)
        #expect(!meaning.stops && meaning.others == 0 && meaning.count > 0)
    }

    @Test(
        "One word is enough to stop",
        arguments: [
            ("Stop!", "en"), ("wait", "en"), ("No.", "en"), ("Nooooo", "en"), ("okay hold on", "en"), ("hang on", "en"),
            ("Excuse me", "en"), ("Nein", "de"), ("Warte mal", "de"), ("nö", "de"), ("Attendez", "fr"),
            ("Arrête", "fr"),
            ("Non", "fr"), ("¡Espera!", "es"), ("No", "es"), ("Aspetta", "it"), ("Não", "pt"), ("Peraí", "pt"),
            ("Wacht even", "nl"), ("Nee", "nl"), ("stop", "fi"), ("basta", nil), ("nein", nil),
        ])
    func stopping(text: String, language: String?) { #expect(meaning(text, language).stops) }

    @Test(
        "All else counts word by word",
        arguments: [
            ("tell me more about it", 5), ("yes tell me", 2), ("know", 1), ("nothing", 1), ("", 0), ("...", 0),
            ("wait 100 seconds", 0),
        ])
    func others(text: String, expected: Int) { #expect(meaning(text, "en").others == expected) }

    @Test("The beginning of a phrase of listening waits for the rest of it")
    func growing() {
        let words = InterruptionWords.of("en")
        for text in ["all", "i", "that makes", "yeah thank"] {
            #expect(words.meaning(of: text, isGrowing: true).others == 0)
            #expect(words.meaning(of: text).others > 0)
        }
        #expect(words.meaning(of: "i want", isGrowing: true).others == 2)
    }

    @Test("The assistant's own words do not count")
    func echo() {
        let meaning = InterruptionWords.of("en").meaning(
            of: "Stop at the gate", without: ["stop", "gate", "at", "the"])
        #expect(meaning.count == 0 && !meaning.stops)
    }

    @Test("No word is both")
    func consistent() {
        for language in ["en", "de", "fr", "es", "it", "pt", "nl"] {
            #expect(InterruptionWords.of(language).meaning(of: "ok").stops == false)
            #expect(InterruptionWords.of(language).meaning(of: "stop").stops)
        }
    }
}
