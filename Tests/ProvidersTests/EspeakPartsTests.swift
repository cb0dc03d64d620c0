import Pipeline
import Testing

@testable import Providers

/// What of espeak-ng's wrapper needs no library.
@Suite struct EspeakPartsTests {
    @Test func `A short text is one piece, with a pause at the end if a mark asks for it`() {
        let pieces = EspeakPiece.pieces(of: "Hello there. You.")
        #expect(pieces.map(\.text) == ["Hello there. You."])
        #expect(pieces.map(\.endsWithPause) == [true])
        #expect(EspeakPiece.pieces(of: "He said \"yes!\" ").map(\.endsWithPause) == [true])
        #expect(EspeakPiece.pieces(of: "and so we went on ").map(\.endsWithPause) == [false])
    }

    @Test func `A long text is cut at sentences and nothing is lost`() {
        let text = (1...40).map { "Sentence number \($0) of this text." }.joined(separator: " ")
        let pieces = EspeakPiece.pieces(of: text)
        #expect(pieces.map(\.text).joined() == text)
        #expect(pieces.allSatisfy { $0.text.unicodeScalars.count <= EspeakPiece.limit && $0.text.hasSuffix(".") })
        #expect(pieces.allSatisfy { $0.endsWithPause })
    }

    @Test func `Offsets are bytes of the whole text`() throws {
        let text = String(repeating: "ü ", count: 120)
        let pieces = EspeakPiece.pieces(of: text)
        #expect(pieces.flatMap(\.offsets) == (0..<120).flatMap { [$0 * 3, $0 * 3 + 2] })
    }

    @Test func `Words and numbers without end are broken up`() throws {
        let word = try #require(EspeakPiece.pieces(of: String(repeating: "a", count: 100)).first)
        #expect(word.text.split(separator: " ").map(\.count) == [40, 40, 20])
        #expect(word.wordOffset(atScalar: 41) == 40)
        let number = try #require(EspeakPiece.pieces(of: "12345678901234567890").first)
        #expect(number.text == "12345678 90123456 7890")
        #expect(EspeakPiece.pieces(of: String(repeating: "å", count: 1_000)).count == 5)
    }

    @Test func `Letters of other scripts never reach the library`() {
        #expect(EspeakPiece.pieces(of: "你好 привет مرحبا").isEmpty)
        #expect(EspeakPiece.pieces(of: "a 好 b").map(\.text) == ["a   b"])
    }

    @Test func `Control characters are spaces`() {
        #expect(EspeakPiece.pieces(of: "a\u{1}b\u{0}c\td\ne").map(\.text) == ["a b c d\ne"])
    }

    @Test func `A word begins where its number begins`() throws {
        let piece = try #require(EspeakPiece.pieces(of: "at 1,234 (ok)").first)
        #expect(
            [0, 2, 3, 4, 5, 9, 10, 99, -1].map { piece.wordOffset(atScalar: $0) } == [
                0, nil, 3, nil, nil, nil, 10, nil, nil,
            ])
    }

    @Test func `Each voice name is a speaker, an unknown one the default`() {
        let names = ["alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar"]
        let voices = names.map { EspeakVoice(voice: $0, language: nil, among: []) }
        #expect(Set(voices).count == names.count)
        #expect(voices.allSatisfy { $0.language == "en-us" })
        #expect(EspeakVoice(voice: "../../etc/passwd", language: nil, among: []) == .standard)
    }

    @Test(arguments: [
        ("de", "de"), ("DE", "de"), ("de-AT", "de"), ("zh", "en-us"), ("ru", "en-us"), ("pt_BR", "pt"),
        ("pt-br", "pt-br"), ("no", "nb"),
        ("en", "en-us"),
        ("xx", "en-us"), ("", "en-us"), ("../de", "en-us"), ("yue", "en-us"),
    ])
    func `A language is spoken if there is a voice`(_ language: String, _ expected: String) {
        let known: Set = ["de", "cmn", "pt", "pt-br", "nb", "en-us", "yue"]
        #expect(EspeakVoice(voice: "ash", language: language, among: known).name == "\(expected)+m3")
    }

    @Test func `Turns are given in the order of coming, and a cancelled caller gets none`() async {
        let turns = EspeakTurns(capacity: 2)
        #expect(await turns.enter() == .entered)
        let first = Task { await turns.enter() }
        let second = Task { await turns.enter() }
        while turns.waitingCount < 2 { await Task.yield() }
        #expect(await turns.enter() == .full)
        first.cancel()
        #expect(await first.value == .cancelled)
        turns.leave()
        #expect(await second.value == .entered)
        turns.leave()
        #expect(await turns.enter() == .entered)
    }
}
