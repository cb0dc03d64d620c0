import Pipeline
import Testing

@Suite("Speakable text, by kind of mark")
struct SpeakableKindsTests {
    private static let linksRows: [(String, String)] = [
        ("See [Foo](https://en.wikipedia.org/wiki/Foo_(bar)) now.", "See Foo now."),
        ("See [Foo [b] c](<https://x.y/a b> \"A (title)\"), ok.", "See Foo [b] c, ok."),
        ("See (https://en.wikipedia.org/wiki/Foo_(bar)).", "See (en.wikipedia.org)."),
        ("**https://example.com/a**, and HTTPS://Example.com/B!", "example.com, and Example.com!"),
        ("the [docs][1] and [docs][] and [guide][the guide].", "the docs and docs and guide."),
        ("Text.\n[1]: https://example.com \"Title\"\n[x]: <http://y.z>\nEnd", "Text. End"),
        (
            "Write <mailto:me@example.com> or <me@example.com> or mailto:me@example.com.",
            "Write me@example.com or me@example.com or me@example.com."
        ),
        (
            "At www.example.com/path and https://user:secret@example.com/x.",
            "At example.com and example.com."
        ),
        ("请看https://example.com/a吧。", "请看example.com吧。"), ("（https://example.com/x）", "（example.com）"),
        ("【https://example.com/x】", "【example.com】"),
        ("[[Page|label]] and [[Page]]", "label and Page"),
        ("[https://a.b/c](https://a.b/c)", "a.b"),
        ("A [link](https://x.y", "A link"), ("and more](https://x.y/z) end", "and more end"),
        ("A [label that goes", "A label that goes"),
        ("ftp://files.example.com/x", "files.example.com"), ("![](data:image/png;base64,AAAA) x", "x"),
    ]

    @Test("has links by their label or host, whatever brackets they hold", arguments: linksRows)
    func links(source: String, expected: String) { #expect(SpeakableText(source).text == expected) }

    private static let citationsRows: [(String, String)] = [
        ("Paris is big [1].", "Paris is big."),
        ("Paris[1][2, 3] is[4–6] big [^1], yes [^note].", "Paris is big, yes."),
        ("It is 【4:0†source】 so.", "It is so."), ("It is so【4†source】.", "It is so."),
        ("【重要】です", "【重要】です"),
        ("True \u{E200}cite\u{E202}turn0search0\u{E201}.", "True."),
        ("True (citeturn0search0turn1news2).", "True."),
        ("True citeturn0search0.", "True."), ("True :contentReference[oaicite:0]{index=0}.", "True."),
        ("So [[1]](https://x.y) it [2](https://x.y).", "So it."), ("A [doc1][doc2].", "A."),
        ("[cite_start]Hello [cite: 1, 2].", "Hello."),
        ("x ([1], [2]) y", "x y"), ("list[0] and [Mr. X] ok", "list[0] and [Mr. X] ok"),
        ("turn left, cite me", "turn left, cite me"),
    ]

    @Test("has no marks of citations", arguments: citationsRows)
    func citations(source: String, expected: String) {
        #expect(SpeakableText(source).text == expected)
    }

    private static let markupRows: [(String, String)] = [
        ("<b>Bold</b> and <span style=\"color: red; a>b\">red</span>.", "Bold and red."),
        ("One<br>two<br/>three<p>four</p>five", "One, two, three, four, five"),
        (
            "Tom &amp; Jerry&nbsp;are &lt;here&gt; &#39;now&#x27; &eacute;t&eacute; &amp;nbsp;x &bogus; AT&T",
            "Tom & Jerry are <here> 'now' été x &bogus; AT&T"
        ),
        ("Hi <!-- a comment. --> there", "Hi there"), ("<script>alert(1)</script>Hello", "Hello"),
        ("<pre><code>x = 1</code></pre>Done", "Done"),
        ("a <b and c> d", "a <b and c> d"),
        ("Say <your name> please, List<String>.", "Say your name please, ListString."),
        ("x<sup>2</sup>, 10<sup>6</sup>, claim<sup>1</sup>, H<sub>2</sub>O", "x², 10 6, claim, H 2 O"),
        ("<img src=\"a.png\" alt=\"a cat\"> sits", "a cat sits"),
        ("<speak>Hi <break time=\"1s\"/> you</speak>", "Hi, you"),
        ("I <3 you", "I <3 you"), ("<think-hard>x</think-hard>", "think-hardx"),
        ("<ul><li>One</li><li>Two</li></ul>", "One, Two"),
    ]

    @Test("has no tags, and entities as what they stand for", arguments: markupRows)
    func markup(source: String, expected: String) { #expect(SpeakableText(source).text == expected) }

    private static let formulasRows: [(String, String)] = [
        ("The area is $\\pi r^2$.", "The area is pi r²."),
        ("So \\(x^2 + y_1 = \\frac{a}{b}\\).", "So x² + y 1 = a/b."),
        ("\\[ E = mc^2 \\]", "E = mc²"),
        ("$$\n\\frac{1}{2} \\times 10^{-6}\n$$\nok", "1/2 × 10 -6, ok"),
        ("It costs $5 and $10, or $6-$7.", "It costs $5 and $10, or $6-$7."),
        ("US$5–US$6, $x$ and $2x$.", "US$5–US$6, x and 2x."),
        ("x^2 + 10^6 = x_1 + x_{10}, a^b, ^_^", "x² + 10 6 = x 1 + x 10, a b,"),
        ("\\$5 and C:\\Users\\me and \\alpha", "$5 and C:\\Users\\me and alpha"),
        ("H$_2$O at 20$^\\circ$C", "H 2O at 20°C"),
        ("\\begin{align} a &= b \\\\ c &= d \\end{align} done", "a = b, c = d done"),
        ("$\\sqrt{x} \\le \\sum_{i=1}^{n} x_i$", "√x ≤ ∑ i=1 n x i"),
        ("\\text{speed} is $v = \\text{m}/\\text{s}$", "speed is v = m/s"),
        ("between $5 and 10$ now", "between $5 and 10$ now"),
    ]

    @Test("has formulas by their signs and names", arguments: formulasRows)
    func formulas(source: String, expected: String) {
        #expect(SpeakableText(source).text == expected)
    }

    private static let codeRows: [(String, String)] = [
        ("Use `a[0]` and ``x `y` z`` and `<div>` now", "Use a 0 and x y z and div now"),
        ("~~~\ncode\n~~~\nText", "Text"), ("```markdown\n# Title\n```\nText", "Title, Text"),
        ("```\ncode. More", ""),
        ("## Title ##\nx", "Title, x"), ("- [ ] milk\n- [x] eggs", "milk, eggs"), ("> - **x**", "x"),
        ("A | B\n--|--\n1 | 2", "A, B, 1, 2"),
        ("~~gone~~ ==high== a == b ||spoiler||", "gone high a == b spoiler"),
        ("Nice :tada: at 10:30:45 and :thumbs_up:!", "Nice at 10:30:45 and!"),
        ("│ a │\n└───┘", "a"), ("Title\n=====\ntext", "Title, text"),
    ]

    @Test("has no blocks of code, and no marks of tables, lists and emoji", arguments: codeRows)
    func code(source: String, expected: String) { #expect(SpeakableText(source).text == expected) }

    private static let streams: [([String], [String])] = [
        (["Before.\n```py\n", "x = 1. ", "y = 2.\n```\n", "After."], ["Before.", "", "", "After."]),
        (["So $a_1, ", "b$ is"], ["So a 1,", "b is"]),
        (["\\[ x = 1. ", "y \\] done"], ["x = 1.", "y done"]),
        (["<a href=\"http://x.y\" title=\"A. ", "B\">link</a> here"], ["", "link here"]),
        (["<!-- one. ", "two --> three"], ["", "three"]),
        (["See [the docs, ", "the guide](https://x.y/z) now."], ["See the docs,", "the guide now."]),
        (["See [x](https://x.y/aaaa", "bbbb) now", ". - 5 items"], ["See x", "now", ". - 5 items"]),
        (["Go https://x.y/aaaa", "bbbb now"], ["Go x.y", "now"]),
        (["True 【4†so", "urce】 ok"], ["True", "ok"]),
        (["x 5, ", "- 3 is 2"], ["x 5,", "- 3 is 2"]),
    ]

    @Test("is the same where a mark opens in one piece and closes in another", arguments: streams)
    func pieces(pieces: [String], expected: [String]) {
        var marks = SpeakableText.OpenMarks()
        #expect(pieces.map { SpeakableText($0, after: &marks).text } == expected)
    }

    @Test(
        "goes on after a mark that never closes",
        arguments: ["<!-- ", "<a href=\"x\" ", "\u{E200}cite", "【4†", "[a](https://x.y/"])
    func unclosed(opener: String) {
        var marks = SpeakableText.OpenMarks()
        var spoken = SpeakableText(opener, after: &marks).text
        for _ in 0..<300 { spoken += SpeakableText("And so it goes on. ", after: &marks).text }
        #expect(spoken.contains("And so it goes on."))
    }

    @Test("survives any marks in any order")
    func anything() {
        let bits = [
            "[", "![", "](", "*", "_", "\\", "<h", "http://", "https://www.", "|", "#", "- ", "~~", "``",
            "```", "$", "$$", "\\(", "\\[",
            "\\frac", "{", "}", "^", "_1", "<a ", "href=\"", "\">", "</", "<!--", "&", "&#", ";", "【",
            "†", "\u{E200}", "cite", "turn0",
            ":", ")", "(", "]", "\n", " ", "a", "1", "é", "\\begin{", "\\end{", "mailto:", "www.",
            "<sup>", "<pre>", "alt=", "@",
        ]
        var seed: UInt64 = 1
        func random(_ limit: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % limit
        }
        for _ in 0..<3_000 {
            var marks = SpeakableText.OpenMarks()
            for _ in 0..<2 {
                let text = (0..<random(9)).map { _ in bits[random(bits.count)] }.joined()
                let spoken = SpeakableText(text, after: &marks)
                for offset in 0...spoken.text.utf8.count {
                    #expect((0...text.utf8.count).contains(spoken.sourceOffset(of: offset)))
                }
            }
        }
    }
}
