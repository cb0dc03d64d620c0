import Audio
import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

@Suite("The length of what leaves") struct DeltaLengthTests {
    private static let formats: [AudioFormat] = [.pcm16, .g711MuLaw, .g711ALaw]
    /// Samples in each piece that a provider sends, over and over: none is a whole number of frames.
    private static let sizes = [[1], [7, 481, 3], [479, 481], [959, 1, 960, 2_401], [160, 161, 3_333], [5_000]]

    private func talk(
        _ format: AudioFormat, _ configure: (inout SessionConfiguration) -> Void = { _ in }
    ) -> ScriptedConversation {
        let talk = ScriptedConversation {
            $0.output.format = format
            configure(&$0)
        }
        talk.client(.itemCreate(.user("count"), previous: .tail))
        talk.client(.responseCreate(ResponseRequest()))
        return talk
    }

    private func frame(_ format: AudioFormat) -> Int { format.sampleRate / 50 * format.bytesPerSample }

    /// `count` samples that tell where they are.
    private func sound(_ count: Int, _ format: AudioFormat) -> [UInt8] {
        (0..<count * format.bytesPerSample).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    }

    /// Speaks three pieces of text, whose audio comes in pieces of `sizes` samples.
    private func speak(_ talk: ScriptedConversation, _ sizes: [Int], _ format: AudioFormat) -> [UInt8] {
        guard let response = talk.response else { return [] }
        let audio = sound(17_777, format)
        var rest = audio[...]
        var pieces = 0
        for text in ["one two three. ", "four five. ", "six seven eight nine."] {
            talk.input(.response(response, .textDelta(text)))
            talk.input(.response(response, .speechPiece(text)))
            let end = text.hasPrefix("six") ? 0 : rest.count - 5_001 * format.bytesPerSample
            while rest.count > end {
                let piece = rest.prefix(min(sizes[pieces % sizes.count] * format.bytesPerSample, rest.count - end))
                pieces += 1
                talk.input(.response(response, .speechAudio(Array(piece))))
                rest = rest.dropFirst(piece.count)
            }
            talk.input(.response(response, .speechPieceEnded))
        }
        return audio
    }

    @Test("is whole but for the last delta of an item, whatever pieces the provider sends", arguments: formats, sizes)
    func anyPieces(format: AudioFormat, sizes: [Int]) {
        let talk = talk(format)
        let audio = speak(talk, sizes, format)
        talk.finishResponse()
        talk.advance(20_000)
        let lengths = talk.sentAudio.map(\.bytes.count)
        #expect(lengths.dropLast().allSatisfy { $0 == frame(format) })
        #expect(talk.sentAudio.flatMap(\.bytes) == audio)
        #expect(talk.done?.status == .completed)
        #expect(talk.transcript == "one two three. four five. six seven eight nine.")
    }

    @Test("is whole where the pieces come as slowly as they are heard", arguments: formats)
    func slowPieces(format: AudioFormat) {
        let talk = talk(format)
        guard let response = talk.response else {
            Issue.record("no response")
            return
        }
        talk.input(.response(response, .speechPiece("one two three")))
        let audio = sound(format.sampleRate / 1000 * 13 * 50, format)
        for index in 0..<50 {
            let size = audio.count / 50
            talk.input(.response(response, .speechAudio(Array(audio[index * size..<(index + 1) * size]))))
            talk.advance(13)
        }
        talk.finishResponse()
        talk.advance(2_000)
        #expect(talk.sentAudio.map(\.bytes.count).dropLast().allSatisfy { $0 == frame(format) })
        #expect(talk.sentAudio.flatMap(\.bytes) == audio)
    }

    @Test("is whole from a phrase to the answer", arguments: formats)
    func afterPhrase(format: AudioFormat) {
        let talk = talk(format) { $0.behavior.acknowledgement.isEnabled = true }
        talk.phraseMilliseconds = 433
        talk.advance(400)
        #expect(talk.phrases.count == 1)
        let audio = speak(talk, [481], format)
        talk.finishResponse()
        talk.advance(20_000)
        #expect(talk.sentAudio.map(\.bytes.count).dropLast().allSatisfy { $0 == frame(format) })
        #expect(talk.sentAudio.filter { !$0.isComfort }.flatMap(\.bytes) == audio)
    }

    @Test(
        "is whole where a tool's typing or phrase follows speech, and the map of words knows of it",
        arguments: [false, true])
    func comfortAfterSpeech(types: Bool) throws {
        let talk = talk(.pcm16) {
            $0.behavior.typingSound.isEnabled = types
            $0.behavior.acknowledgement.isEnabled = !types
        }
        talk.phraseMilliseconds = 433
        talk.input(.typingReady(try TypingLoop(duration: .milliseconds(500))))
        guard let response = talk.response else {
            Issue.record("no response")
            return
        }
        talk.input(.response(response, .speechPiece("one two three. ")))
        talk.input(.response(response, .speechAudio(sound(10_001, .pcm16))))
        talk.input(.response(response, .speechPieceEnded))
        talk.serverToolBegins(response)
        talk.advance(9_000)
        #expect(!talk.sentAudio.filter(\.isComfort).isEmpty)
        talk.serverToolEnds(response)
        let before = talk.sentAudio.reduce(0) { $0 + $1.bytes.count }
        talk.input(.response(response, .speechPiece("four five six seven.")))
        talk.input(.response(response, .speechAudio(sound(48_001, .pcm16))))
        talk.advance(1_100)
        talk.client(.responseCancel(nil))
        #expect(before % 960 == 0)
        #expect(talk.sentAudio.allSatisfy { $0.bytes.count == 960 })
        #expect(talk.transcript == "one two three. four five")
    }
}
