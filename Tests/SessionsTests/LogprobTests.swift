import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

@Suite("Probabilities of transcript tokens") struct LogprobTests {
    private static let tokens = [
        Transcript.TokenLogprob(token: "hello", logprob: -0.1, bytes: Array("hello".utf8)),
        Transcript.TokenLogprob(token: " there", logprob: -0.2, bytes: Array(" there".utf8)),
    ]

    private func talk(include: [String]?) -> ScriptedConversation {
        ScriptedConversation { configuration in
            configuration.input.transcription = TranscriptionSettings(model: "m")
            configuration.include = include
        }
    }

    private func turn(_ talk: ScriptedConversation, partial: String? = nil) {
        talk.speak(600)
        guard let item = talk.committedItem else {
            Issue.record("no item was committed")
            return
        }
        if let partial { for _ in 0..<2 { talk.input(.transcriptPartial(item, partial)) } }
        talk.input(.transcriptFinal(item, Transcript(text: "hello there", logprobs: Self.tokens)))
    }

    /// What the deltas and the final transcript showed, one entry per event.
    private func shown(_ talk: ScriptedConversation) -> [[String]?] {
        talk.events.compactMap { event in
            switch event {
            case .transcriptionDelta(_, _, _, let logprobs), .transcriptionCompleted(_, _, _, _, let logprobs):
                .some(logprobs?.map(\.token))
            default: nil
            }
        }
    }

    private func wishes(_ talk: ScriptedConversation) -> [Bool] {
        talk.actions.compactMap {
            if case .beginTranscription(_, let options, _) = $0 { options.wantsLogprobs } else { nil }
        }
    }

    @Test("are asked for and shown when the client includes them")
    func included() {
        let talk = talk(include: ["item.input_audio_transcription.logprobs"])
        turn(talk)
        #expect(wishes(talk) == [true])
        #expect(shown(talk) == [["hello", " there"], ["hello", " there"]])
    }

    @Test("are neither asked for nor shown otherwise")
    func notIncluded() {
        for include in [nil, []] as [[String]?] {
            let talk = talk(include: include)
            turn(talk)
            #expect(wishes(talk) == [false])
            #expect(shown(talk) == [nil, nil])
        }
    }

    @Test("stand with the whole transcript only, not with a delta that is a part of it")
    func partial() {
        let talk = talk(include: ["item.input_audio_transcription.logprobs"])
        turn(talk, partial: "hello")
        #expect(shown(talk) == [nil, nil, ["hello", " there"]])
    }
}
