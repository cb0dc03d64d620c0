import Pipeline
import Testing

@Suite("Speakable text")
struct SpeakableTextTests {
    @Test(
        "drops marks and keeps words",
        arguments: [
            ("**Bold** and *it* and __this__ and _that_.", "Bold and it and this and that."),
            (
                "Call `get_weather` with snake_case and 2*3 and 2 * 3.",
                "Call get_weather with snake_case and 2*3 and 2 * 3."
            ),
            ("# Title\nText", "Title, Text"),
            ("- Milk\n- Eggs.\n* Bread\n> quoted", "Milk, Eggs. Bread, quoted"),
            ("1. First\n2. Second", "1. First, 2. Second"),
            ("See [the docs](https://example.com/x) now", "See the docs now"),
            ("![a cat](cat.png) sits", "a cat sits"),
            ("Go to https://www.example.com/a/b?c=1. Now", "Go to example.com. Now"),
            ("<https://example.com/> ok", "example.com ok"),
            ("Great! 😊 How are you? 👍🏽", "Great! How are you?"),
            ("Family 👩‍👩‍👧 and flag 🇨🇭 and ❤️ end", "Family and flag and end"),
            ("```swift\nlet x = 1\n```\nDone", "Done"),
            ("| A | B |\n|---|---|\n| 1 | 2 |", "A, B, 1, 2"),
            ("a\u{0}b\u{7}c\td", "abc d"),
            ("5 \\* 3 and \\_x\\_", "5 * 3 and _x_"),
            ("**Half open", "Half open"), ("closed** here", "closed here"),
            ("  \n ", ""), ("---", ""), ("🎉", ""), ("1 < 2 & 3 > 2", "1 < 2 & 3 > 2"), ("[1] note", "[1] note"),
            ("keycap 1️⃣ done", "keycap 1 done"), ("你好。**世界**", "你好。世界"),
        ])
    func cleans(source: String, expected: String) {
        #expect(SpeakableText(source).text == expected)
    }

    @Test("leads from a spoken word back to the model's text")
    func offsets() {
        let source = "**Hi** 😊 see [docs](http://x.y) at\nhttps://www.example.com/z now"
        let spoken = SpeakableText(source)
        #expect(spoken.text == "Hi see docs at, example.com now")
        for word in ["Hi", "see", "docs", "at", "example", "now"] {
            let offset =
                spoken.text.utf8.firstRange(of: word.utf8).map {
                    spoken.text.utf8.distance(from: spoken.text.startIndex, to: $0.lowerBound)
                } ?? -1
            let expected =
                source.utf8.firstRange(of: word.utf8).map {
                    source.utf8.distance(from: source.startIndex, to: $0.lowerBound)
                } ?? -2
            #expect(spoken.sourceOffset(of: offset) == expected)
        }
        #expect(SpeakableText("").sourceOffset(of: 5) == 0)
    }

    @Test(
        "leaves nothing unread, whatever the text",
        arguments: ["[", "![", "](", "*", "_", "\\", "<h", "http://", "https://www.", "|", "#", "- ", "~~", "``"])
    func survives(text: String) {
        _ = SpeakableText(text)
        _ = SpeakableText(text + text)
        #expect(SpeakableText(text + " word").text.hasSuffix("word"))
    }
}
