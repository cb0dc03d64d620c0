import Core
import Pipeline
import Testing

@Suite("Sentence splitter") struct SentenceSplitterTests {
    private func pieces(_ text: String) -> [String] {
        var splitter = SentenceSplitter()
        return splitter.append(text) + splitter.finish()
    }

    @Test(
        "Sentences are pieces, and what only looks like an end is none",
        arguments: [
            ("Hello there. How are you today?", ["Hello there. ", "How are you today?"]),
            ("Hello Dr. Smith. It is good to see you.", ["Hello Dr. Smith. ", "It is good to see you."]),
            ("It costs 3.14 dollars. That is cheap enough.", ["It costs 3.14 dollars. ", "That is cheap enough."]),
            ("Write to a.b@example.com. I will read it.", ["Write to a.b@example.com. ", "I will read it."]),
            ("See example.com/a.html for more. It is there.", ["See example.com/a.html for more. ", "It is there."]),
            ("Use e.g. a hammer. Or take a stone.", ["Use e.g. a hammer. ", "Or take a stone."]),
            ("At 5 p.m. we go. Then we come back.", ["At 5 p.m. we go. ", "Then we come back."]),
            ("J. R. Smith said no. He meant it, too.", ["J. R. Smith said no. ", "He meant it, too."]),
            ("We live at No. 5 by the river. Come and see us.", ["We live at No. 5 by the river. ", "Come and see us."]),
            ("No. I would rather not do that.", ["No. ", "I would rather not do that."]),
            ("He said \"stop.\" Then he left the room.", ["He said \"stop.\" ", "Then he left the room."]),
            ("Well... I think so. Perhaps we wait.", ["Well... I think so. ", "Perhaps we wait."]),
            ("1. Apples and pears\n2. Plums and figs", ["1. Apples and pears\n", "2. Plums and figs"]),
            ("Really?! Yes, that is what I said.", ["Really?! ", "Yes, that is what I said."]),
            ("你好。今天天气很好！我们走吧？", ["你好。", "今天天气很好！", "我们走吧？"]),
            ("「はい。」そうです。", ["「はい。」", "そうです。"]),
        ])
    func sentences(text: String, expected: [String]) {
        #expect(pieces(text) == expected)
    }

    @Test("A long first sentence begins with a clause, later ones stay whole")
    func clause() {
        let long = "When the morning light came over the hills, we packed our things and went on our way. "
        #expect(pieces(long + long).first == "When the morning light came over the hills, ")
        #expect(pieces(long + long).last == long)
    }

    @Test("A first sentence without any mark is cut at a word in the end")
    func words() {
        let text = String(repeating: "word ", count: 60)
        #expect((120...130).contains(pieces(text).first?.count ?? 0))
    }

    @Test("Very short later sentences go with the next one")
    func short() {
        #expect(pieces("All right then. Yes. No. Perhaps we should wait.") == [
            "All right then. ", "Yes. No. Perhaps we should wait.",
        ])
    }

    @Test("The first sentence is released as soon as the space behind it is there")
    func early() {
        var splitter = SentenceSplitter()
        #expect(splitter.append("Hi there.") == [])
        #expect(splitter.append(" ") == ["Hi there. "])
    }

    @Test("However the text is cut, the pieces are the same and lose nothing")
    func cuts() {
        let text = """
            Hello, Dr. Müller! It's 3.5 degrees — really cold… isn't it? Mail me at x.y@z.org. 👋🏽 Well: "Yes." he said (maybe.) \
            你好。「そうです。」 e\u{301}tude. 1. One 2. Two, and a long clause follows here, which goes on and on, for as long as it can.
            - item one. - item two.
            """
        let whole = pieces(text)
        #expect(whole.joined() == text)
        var random = SplitMix64(seed: 7)
        let scalars = Array(text.unicodeScalars)
        for _ in 0..<200 {
            var splitter = SentenceSplitter()
            var result: [String] = []
            var index = 0
            while index < scalars.count {
                let end = min(scalars.count, index + Int.random(in: 1...9, using: &random))
                var view = String.UnicodeScalarView()
                view.append(contentsOf: scalars[index..<end])
                result += splitter.append(String(view))
                index = end
            }
            #expect(result + splitter.finish() == whole)
        }
    }
}

@Suite("Speakable text") struct SpeakableTextTests {
    @Test(
        "Marks of Markdown, pictures and link addresses are not spoken",
        arguments: [
            ("This is **very** important.", "This is very important."),
            ("# Title\n- one\n- two", "Title one two"),
            ("See [the guide](https://example.com/a_b) now.", "See the guide now."),
            ("Great! 👍🏽", "Great!"),
            ("`x` plus 1 is 2.", "x plus 1 is 2."),
            ("***", ""), ("  ", ""), ("...", ""),
        ])
    func spoken(text: String, expected: String) {
        #expect(SpeakableText.spoken(text) == expected)
    }
}
