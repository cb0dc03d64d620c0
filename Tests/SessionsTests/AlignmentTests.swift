import Core
import Pipeline
import Sessions
import TestSupport
import Testing

@Suite("The words that were heard") struct AlignmentTests {
    /// "one two three four" with a long pause after "two".
    private func paused(isComplete: Bool = true) -> PlayoutMap {
        var map = PlayoutMap()
        map.beginPiece("one two three four")
        map.align([
            WordTiming(textOffset: 0, start: .zero), WordTiming(textOffset: 4, start: .milliseconds(200)),
            WordTiming(textOffset: 8, start: .milliseconds(1400)),
        ])
        map.align([WordTiming(textOffset: 14, start: .milliseconds(1700))])
        map.extend(by: .milliseconds(2000))
        if isComplete { map.completePiece() }
        return map
    }

    @Test(
        "Known times of words decide where a text is cut",
        arguments: [
            (90, ""), (150, "one"), (1200, "one two"), (1450, "one two"), (1600, "one two three"),
            (1950, "one two three four"), (2000, "one two three four"),
        ])
    func timed(heard: Int, expected: String) {
        #expect(paused().text(heardUntil: .milliseconds(heard)) == expected)
    }

    @Test("A piece that is still being made is cut by the words known so far")
    func unfinished() {
        #expect(paused(isComplete: false).text(heardUntil: .milliseconds(1600)) == "one two three")
        var map = PlayoutMap()
        map.beginPiece("one two three four five six")
        map.align([WordTiming(textOffset: 0, start: .zero), WordTiming(textOffset: 4, start: .milliseconds(900))])
        map.extend(by: .milliseconds(1000))
        #expect(map.text(heardUntil: .milliseconds(850)) == "one")
        #expect(map.text(heardUntil: .milliseconds(1000)) == "one")
    }

    @Test("Times that make no sense are left out")
    func senseless() {
        var map = PlayoutMap()
        map.align([WordTiming(textOffset: 0, start: .zero)])
        map.beginPiece("one two")
        map.align([
            WordTiming(textOffset: 4, start: .milliseconds(500)), WordTiming(textOffset: 0, start: .milliseconds(600)),
            WordTiming(textOffset: 5, start: .milliseconds(100)), WordTiming(textOffset: 99, start: .seconds(1)),
        ])
        map.extend(by: .milliseconds(1000))
        map.completePiece()
        #expect(map.text(heardUntil: .milliseconds(450)) == "one")
        #expect(map.text(heardUntil: .milliseconds(900)) == "one two")
    }

    @Test("Scripts without spaces are cut between letters, and marks stay with what was heard")
    func withoutSpaces() {
        var map = PlayoutMap()
        map.beginPiece("你好世界。")
        map.extend(by: .milliseconds(1000))
        map.completePiece()
        #expect(map.text(heardUntil: .milliseconds(450)) == "你好")
        map.beginPiece(" Grüße, naïve 👩‍👩‍👧 friends")
        map.extend(by: .milliseconds(1000))
        map.completePiece()
        #expect(map.text(heardUntil: .milliseconds(1350)) == "你好世界。 Grüße, naïve")
        #expect(map.text(heardUntil: .milliseconds(2000)) == "你好世界。 Grüße, naïve 👩‍👩‍👧 friends")
    }

    @Test("A cancelled answer keeps exactly the words whose greater part was heard", arguments: 1...18)
    func history(step: Int) {
        let lengths = [150, 700, 90, 420, 300, 200]
        let words =
            ["**One** ", "two, ", "three ", "four ", "five ", "six. "]
            + ["And ", "now ", "something ", "else ", "follows ", "here."]
        let talk = LiveSession(llm: { $0.words = words }, tts: { $0.wordLengths = lengths })
        talk.send(#"{"type":"response.create"}"#)
        while talk.first("response.output_audio.delta") == nil { talk.loop.advance(by: .milliseconds(10)) }
        let heard = step * 200
        talk.loop.advance(by: .milliseconds(heard))
        talk.send(#"{"type":"response.cancel"}"#)
        let id = talk.last("response.output_item.done")?.string("item", "id") ?? ""
        talk.send(#"{"type":"conversation.item.retrieve","item_id":"\#(id)"}"#)
        let content = talk.last("conversation.item.retrieved")?.value(["item", "content"]) as? [[String: Any]]
        let kept = content?.first?["transcript"] as? String
        var (expected, time) = ("", 0)
        for (index, word) in words.enumerated() {
            guard time + lengths[index % 6] / 2 <= heard else { break }
            expected += word
            time += lengths[index % 6]
        }
        #expect(kept?.split(separator: " ") == expected.split(separator: " "))
    }
}
