import Core
import Pipeline
import Testing

@Suite("Sentence splitter")
struct SentenceSplitterTests {
    private func pieces(_ text: String, limits: SentenceSplitter.Limits = .standard) -> [String] {
        var splitter = SentenceSplitter(limits: limits)
        return splitter.append(text) + splitter.finish()
    }

    /// Pieces without the white space around them, with no minimum for later pieces.
    private func sentences(_ text: String) -> [String] {
        var limits = SentenceSplitter.Limits.standard
        limits.shortest = 1
        limits.firstClause = 1000
        limits.firstWord = 1000
        return pieces(text, limits: limits).map(trimmed)
    }

    private func trimmed(_ text: String) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    @Test(
        "ends sentences where they end",
        arguments: [
            ("Hello. How are you? Fine!", ["Hello.", "How are you?", "Fine!"]),
            ("It is 1999. Then came 2000.", ["It is 1999.", "Then came 2000."]),
            ("He said \"Stop.\" Then he left.", ["He said \"Stop.\"", "Then he left."]),
            ("(Really!) Yes.", ["(Really!)", "Yes."]),
            ("**Done.** Next.", ["**Done.**", "Next."]),
            ("What?! No way.", ["What?!", "No way."]),
            ("Really?! Yes, that is it.", ["Really?!", "Yes, that is it."]),
            ("See example.com/a.html for more. It is there.", ["See example.com/a.html for more.", "It is there."]),
            ("We live at No. 5 by the river. Come.", ["We live at No. 5 by the river.", "Come."]),
            ("No. I would rather not.", ["No.", "I would rather not."]),
            ("At 5 p.m. We leave.", ["At 5 p.m.", "We leave."]),
            ("In the U.S. The law differs.", ["In the U.S.", "The law differs."]),
            ("The answer is no. Sorry.", ["The answer is no.", "Sorry."]),
            ("It was me and I. Then you.", ["It was me and I.", "Then you."]),
            ("Line one\nLine two\n", ["Line one", "Line two"]),
            ("- Milk\n- Eggs\n\n1. First\n2. Second", ["- Milk", "- Eggs", "1. First", "2. Second"]),
        ])
    func ends(text: String, expected: [String]) {
        #expect(sentences(text) == expected)
    }

    @Test(
        "does not end a sentence by mistake",
        arguments: [
            "Mr. Smith met Dr. Jones and Mrs. Brown on St. James Street.", "Use fruit, e.g. Apples, i.e. The red ones.",
            "Pi is 3.14 and the version is 2.0.1 now.",
            "Mail jane.doe@example.com or see https://example.com/a.b?c=d now",
            "The U.S. Senate and the U.K. government met at 5 p.m. yesterday.", "Question No. 5 is on p. 12 of vol. 3.",
            "J. R. R. Tolkien and George W. Bush.", "1. First things first", "Well... I think so.", "Wait… Really",
            "\"Why?\" he asked.", "On Jan. 3 we met Acme Inc. employees.", "Apples, pears etc. are fruit.",
            "It costs $1.50 at 10.30 a.m. sharp.", "Compare A vs. B in approx. Two days.",
        ])
    func goesOn(text: String) {
        #expect(sentences(text) == [text])
    }

    @Test("ends Chinese and Japanese sentences without white space")
    func ideographic() {
        #expect(sentences("你好。今天天气怎么样？很好！") == ["你好。", "今天天气怎么样？", "很好！"])
        #expect(sentences("「行こう。」と言った。はい。") == ["「行こう。」", "と言った。", "はい。"])
        #expect(pieces("今天我们去公园散步然后回家吃饭，明天再去图书馆").count == 2)
    }

    @Test("lets the first sentence out at once, before the answer goes on")
    func firstAtOnce() {
        var splitter = SentenceSplitter()
        #expect(splitter.append("Hi").isEmpty)
        #expect(splitter.append(".").isEmpty)
        #expect(splitter.append(" ") == ["Hi. "])
    }

    @Test("cuts a long first sentence after a clause, and after a word when there is none")
    func longFirst() {
        let clause = "When the rain had stopped and the sun was out again, we went on walking through the fields"
        #expect(pieces(clause).first == "When the rain had stopped and the sun was out again, ")
        let words = Array(repeating: "word", count: 60).joined(separator: " ")
        let first = pieces(words)[0]
        #expect((120...126).contains(first.count) && first.last == " ")
        #expect(pieces("Short, but it ends here soon.").count == 1)
    }

    @Test("merges short later sentences and keeps long ones whole")
    func merges() {
        #expect(
            pieces("Sure. Yes. No. That is what I wanted to say. Bye.") == [
                "Sure. ", "Yes. No. That is what I wanted to say. ", "Bye.",
            ])
    }

    @Test("keeps every piece bounded, whatever the text")
    func bounded() {
        for text in [
            String(repeating: "x", count: 5000), String(repeating: ".", count: 5000),
            String(repeating: " ", count: 5000),
            String(repeating: "U.S. ", count: 2000), String(repeating: "好", count: 3000),
            String(repeating: "👩‍👩‍👧", count: 900),
        ] {
            let result = pieces(text)
            #expect(result.joined() == text)
            #expect(result.allSatisfy { $0.unicodeScalars.count <= 800 })
        }
    }

    @Test("releases nothing that has no words")
    func noWords() {
        #expect(pieces("... Hello.") == ["... Hello."])
        #expect(pieces("**\n\nHello there.") == ["**\n\nHello there."])
        #expect(pieces("") == [])
        #expect(pieces(" \n") == [" \n"])
    }

    @Test("gives the same pieces however the text is cut, and they add up to the text")
    func anyCut() {
        for text in Self.corpus {
            let whole = pieces(text)
            #expect(whole.joined().unicodeScalars.elementsEqual(text.unicodeScalars))
            #expect(cut(text) { 1 } == whole)
            for seed in 0..<40 as Range<UInt64> {
                var random = SplitMix64(seed: seed)
                #expect(cut(text) { Int.random(in: 1...9, using: &random) } == whole)
            }
        }
    }

    private func cut(_ text: String, length: () -> Int) -> [String] {
        var splitter = SentenceSplitter()
        var result: [String] = []
        var rest = Array(text.unicodeScalars)[...]
        while !rest.isEmpty {
            let part = rest.prefix(length())
            rest = rest.dropFirst(part.count)
            result += splitter.append(part.reduce(into: "") { $0.unicodeScalars.append($1) })
        }
        return result + splitter.finish()
    }

    private static let corpus = [
        "Hello! I'm Antiphon. The U.S. Senate met at 5 p.m. yesterday... and \"left.\" See https://a.b/c.d?e=f, e.g. today. OK?",
        "Sure — here's a list:\n\n1. **Milk** (2.5 l).\n2. Eggs, i.e. brown ones.\r\n- J. R. R. Tolkien!\n\nAnything else? No. 5 is alive. No. Really",
        "你好。今天天气怎么样？「很好！」他说：我们去公园吧，然后回家。OK. 好",
        "Cafe\u{301} in Zu\u{308}rich? 👩‍👩‍👧 Oui. \u{1F1E8}\u{1F1ED} Vielen Dank, z.B. heute… Morgen. ",
        String(repeating: "a long sentence that never ends but has words and words ", count: 12)
            + ". Done. U.S. J. The end",
    ]
}
