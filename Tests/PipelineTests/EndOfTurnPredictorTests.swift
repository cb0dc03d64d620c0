import Pipeline
import Testing

@Suite("The end of a turn, judged by its words") struct EndOfTurnPredictorTests {
    private func probability(_ text: String, _ language: String? = nil, isCurrent: Bool = true) -> Double {
        HeuristicEndOfTurnPredictor().probability(
            TurnObservation(text: text, isTextCurrent: isCurrent, language: language, speech: .seconds(2)))
    }

    /// What a turn never, seldom, possibly and surely ends with, by language.
    private static let beginnings: [String: [String]] = [
        "en": [
            "I would like to book a table for the", "we went there and", "I called because", "the answer to that is to",
            "I want to talk about my", "so um", "Is it possible to.", "Let me think", "she told me that she", "can you",
        ],
        "de": [
            "ich möchte einen Tisch für die", "wir waren dort und", "ich rufe an, weil", "das ist äh", "Kannst du",
            "ich gehe mit meinem", "Einen Moment",
        ],
        "fr": [
            "je voudrais réserver une table pour le", "nous sommes allés là et", "j'appelle parce que", "c'est euh",
            "je parle de l'", "est-ce que", "pouvez-vous",
        ],
        "es": [
            "quiero reservar una mesa en el", "fuimos allí y", "llamo porque", "es que", "me gustaría", "voy con mi",
            "a ver",
        ],
        "it": [
            "vorrei prenotare un tavolo per il", "siamo andati lì e", "chiamo perché", "cioè", "mi piacerebbe",
            "parlo della", "vado con il mio",
        ],
        "pt": [
            "quero reservar uma mesa para o", "fomos lá e", "estou ligando porque", "quer dizer", "gostaria de",
            "falo da", "vou com a minha",
        ],
        "nl": [
            "ik wil graag een tafel voor de", "we gingen daarheen en", "ik bel omdat", "eh", "ik ga met mijn", "kun je",
            "even denken",
        ],
    ]
    private static let wholes: [String: [String]] = [
        "en": [
            "yes", "No thanks.", "that's all", "what time is it", "Could you help me with that?", "I'd like a coffee.",
            "it's nice, isn't it", "how are you", "Yes please",
        ],
        "de": [
            "ja", "nein danke", "Das ist alles.", "wie spät ist es", "Können Sie mir helfen?", "das stimmt oder nicht",
        ],
        "fr": [
            "oui", "non merci", "C'est tout.", "quelle heure est-il", "Pouvez-vous m'aider ?",
            "c'est bien, n'est-ce pas",
        ],
        "es": ["sí", "no gracias", "Eso es todo.", "dónde vive usted", "¿Puede ayudarme?", "es bonito verdad"],
        "it": ["sì", "no grazie", "È tutto.", "che ora è adesso", "Può aiutarmi?", "è bello vero"],
        "pt": ["sim", "não obrigado", "É só isso.", "que horas são agora", "Pode me ajudar?", "é bonito né"],
        "nl": ["ja", "nee dank je", "Dat is alles.", "waar woont u", "Kunt u mij helpen?", "dat is mooi toch"],
    ]

    @Test("Words that no turn ends with and fillers say that the user goes on", arguments: beginnings.keys.sorted())
    func unfinished(language: String) {
        for text in Self.beginnings[language] ?? [] {
            #expect(probability(text, language) <= 0.15, "\(text)")
            #expect(probability(text, "\(language)-XX") <= 0.15, "with a region: \(text)")
        }
    }

    @Test("Whole answers, questions and full stops say that the turn is over", arguments: wholes.keys.sorted())
    func finished(language: String) {
        for text in Self.wholes[language] ?? [] { #expect(probability(text, language) >= 0.8, "\(text)") }
    }

    @Test("The language is guessed where it was not told and the words make it clear")
    func guess() {
        #expect(probability("I would like to book a table for the") <= 0.1)
        #expect(probability("ich möchte einen Tisch für die") <= 0.1)
        #expect(probability("we zijn daar geweest omdat") <= 0.1)
        #expect(probability("no thanks") >= 0.9)
        #expect(probability("um") <= 0.1)
    }

    @Test("An unknown language is judged by its punctuation and digits only")
    func unknownLanguage() {
        #expect(probability("haluaisin varata pöydän ja", "fi") == 0.5)
        #expect(probability("kiitos.", "fi") > 0.8)
        #expect(probability("mitä kello on?", "fi") > 0.9)
        #expect(probability("haluaisin,", "fi") < 0.2)
        #expect(probability("今何時ですか？", "ja") > 0.9)
        #expect(probability("東京へ、", "ja") < 0.2)
        #expect(probability("hän sanoi…", "fi") < 0.2)
        #expect(probability("0 4 0", "fi") < 0.2)
    }

    @Test(
        "A number that is being dictated goes on until it may be whole",
        arguments: [
            ("my number is five five five", 0.2), ("five five five one two", 0.2), ("it's 0 1 7 2", 0.2),
            ("0172 445", 0.3), ("five five five one two three four", 0.4), ("4111 1111 1111", 0.7),
            ("five five five one two three four five six seven", 0.7),
        ])
    func dictation(text: String, most: Double) {
        #expect(probability(text, "en") <= most)
        #expect(probability(text, "en") < probability("I would like two coffees", "en") + 0.01)
    }

    @Test("A number that nobody dictates is a word like any other, and a whole card number is whole")
    func otherNumbers() {
        #expect(probability("I was born in 1984", "en") >= 0.5)
        #expect(probability("I'd like two", "en") >= 0.5)
        #expect(probability("4111 1111 1111 1111", "en") >= 0.8)
        #expect(probability("is it five five?", "en") >= 0.9)
    }

    @Test("A plain sentence is rather over than not, and its beginning says nothing")
    func plain() {
        #expect(probability("go forward ten meters", "en") == 0.6)
        #expect(probability("the weather", "en") == 0.5)
        #expect(probability("", "en") == 0.5)
        #expect(probability("...", "en") == 0.5)
    }

    @Test("A clause that does not stand alone waits for the other one")
    func clauses() {
        #expect(probability("if you go there tomorrow", "en") < 0.4)
        #expect(probability("wenn du morgen hingehst", "de") < 0.4)
        #expect(probability("if you go there tomorrow, call me", "en") >= 0.5)
        #expect(probability("I understand. If you go there", "en") < 0.4)
    }

    @Test("A preposition that ends a question is no sign that it goes on")
    func stranded() {
        #expect(probability("where is it from", "en") >= 0.6)
        #expect(probability("it is from", "en") < 0.3)
    }

    @Test("A text that may lack the last words is never sure to be whole")
    func oldText() {
        #expect(probability("yes", "en", isCurrent: false) == 0.6)
        #expect(probability("what time is it?", "en", isCurrent: false) == 0.6)
        #expect(probability("and the", "en", isCurrent: false) <= 0.1)
    }

    @Test("Any text gives a probability")
    func anything() {
        var random = SystemRandomNumberGenerator()
        let parts = [
            "the", "'", "’", "-", "…", "5", "½", "١", " ", "\n", "?", "。", "é", "🙂", "\u{301}", "l'", "..", ",",
        ]
        for _ in 0..<3_000 {
            let count = Int.random(in: 0...30, using: &random)
            let text = (0..<count).map { _ in parts.randomElement(using: &random) ?? "" }
            let value = probability(text.joined(), ["en", "fr", "xx", "", nil].randomElement(using: &random) ?? nil)
            #expect((0...1).contains(value), "\(text)")
        }
    }
}
