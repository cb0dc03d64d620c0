import Core
import Pipeline
import RealtimeProtocol
import Testing

@testable import Sessions

@Suite("Words of a growing text") struct GrowingWordsTests {
    private let sentence =
        "Yes, wait: C'est l'été… all right, nooo, 100 euros — that makes sense. Ｏｋａｙ, 我想问一下。 mm-hmm "

    @Test("Read piece by piece, a text has the words that it has as a whole, whatever is rewritten at its end")
    func pieces() {
        let text = String(repeating: sentence, count: 5)
        let whole = InterruptionWords.words(of: text)
        var growing = GrowingWords()
        var end = text.startIndex
        while end < text.endIndex {
            end = text.index(after: end)
            growing.update(String(text[..<end]))
            if text.distance(from: text.startIndex, to: end) % 7 == 0 {
                growing.update(text[..<end] + " something else")
            }
            if text.distance(from: text.startIndex, to: end) % 50 == 0 { growing.update("else") }
        }
        growing.update(text)
        #expect(growing.words == whole)
        #expect(
            whole.contains("dete") == false && whole.contains("lete") && whole.contains("no") && whole.contains("okay"))
    }

    @Test("What it means does not depend on how it came")
    func meaning() {
        for language in ["en", "de", "fr", nil] {
            let vocabulary = InterruptionWords.of(language)
            var heard = HeardWords(vocabulary)
            let text = String(repeating: sentence, count: 4)
            var end = text.startIndex
            while end < text.endIndex {
                end = text.index(after: end)
                let part = String(text[..<end])
                #expect(
                    heard.hear(part, isGrowing: true) == vocabulary.meaning(of: part, isGrowing: true), "\(part)")
            }
        }
    }

    @Test("A word that the assistant had said when it came does not count")
    func echo() {
        var heard = HeardWords(.of("en"))
        #expect(heard.hear("the gate", isGrowing: true, without: ["the", "gate"]).count == 0)
        #expect(heard.hear("the gate please stop", isGrowing: false, without: ["the", "gate"]).count == 2)
    }

    /// What all partial results of so many words cost.
    private func cost(_ count: Int, word: String, revises: Bool = false) -> Int {
        var heard = HeardWords(.of("en"))
        var text = ""
        for number in 0..<count {
            text += word
            _ = heard.hear(revises ? text + "maybe \(number)" : text, isGrowing: true)
        }
        return heard.steps
    }

    @Test(
        "Twice as long a text costs twice as much, with and without spaces, also where its end is rewritten each time")
    func growth() {
        for (word, revises) in [("hello there ", false), ("hello ", true), ("好", false), ("...", false)] {
            let (once, twice) = (cost(400, word: word, revises: revises), cost(800, word: word, revises: revises))
            #expect(twice <= once * 22 / 10, "\(word)")
        }
    }
}
