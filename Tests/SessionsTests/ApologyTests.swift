import Core
import Pipeline
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

/// What the user hears when an answer fails.
@Suite("Apologies") struct ApologyTests {
    private static let words = "Sorry, that went wrong."
    private static let fault = ProviderError(.languageModel, provider: "p", .unavailable, "The model broke.")

    private func talk(_ apology: String? = words, _ change: (inout SessionConfiguration) -> Void = { _ in })
        -> ScriptedConversation
    {
        ScriptedConversation(configure: {
            $0.behavior.silence.apology = apology
            change(&$0)
        })
    }

    private func apologies(_ talk: ScriptedConversation) -> [SpeechRequest] {
        talk.actions.compactMap { if case .speakApology(_, let request, _) = $0 { request } else { nil } }
    }

    /// The transcript of the last item.
    private func transcript(_ talk: ScriptedConversation) -> String? {
        guard case .message(.assistant, let parts)? = talk.items.last?.content,
            case .outputAudio(let transcript)? = parts.first
        else { return nil }
        return transcript
    }

    private func apologise(_ talk: ScriptedConversation, milliseconds: Int = 500) throws {
        let id = try #require(talk.response)
        talk.input(.response(id, .apologyAudio([UInt8](repeating: 1, count: milliseconds * 48))))
        talk.input(.response(id, .apologyEnded))
    }

    private func isFailed(_ talk: ScriptedConversation) -> Bool {
        if case .failed(_, "unavailable", "The model broke.") = talk.done?.status { true } else { false }
    }

    @Test("A response that fails before its first word says the apology, which becomes its message, and ends as failed")
    func beforeTheFirstWord() throws {
        let talk = talk()
        talk.client(.responseCreate(ResponseRequest()))
        let id = try #require(talk.response)
        talk.input(.response(id, .failed(Self.fault)))
        #expect(apologies(talk) == [SpeechRequest(text: Self.words, voice: talk.configuration.output.voice)])
        #expect(talk.done == nil)
        try apologise(talk)
        talk.advance(400)
        #expect(talk.done == nil, "the apology is still being heard")
        talk.advance(200)
        #expect(isFailed(talk))
        #expect(transcript(talk) == Self.words)
        #expect(talk.done?.output.count == 1)
        talk.client(.responseCreate(ResponseRequest()))
        #expect(talk.errors.isEmpty)
        let next = try #require(talk.response)
        #expect(talk.plans[next]?.model.messages == [.assistant(text: Self.words, toolCalls: [])])
    }

    @Test("After little of an answer the apology follows in the same message; after more of it there is none")
    func afterSomeWords() throws {
        let short = talk()
        short.client(.responseCreate(ResponseRequest()))
        short.spoken("Well,", milliseconds: 300)
        short.input(.response(try #require(short.response), .failed(Self.fault)))
        try apologise(short)
        short.advance(1000)
        #expect(transcript(short) == "Well, " + Self.words)
        #expect(short.done?.output.count == 1 && isFailed(short))
        let long = talk()
        long.client(.responseCreate(ResponseRequest()))
        long.spoken("Well, this is a long sentence.", milliseconds: 2500)
        long.input(.response(try #require(long.response), .failed(Self.fault)))
        #expect(apologies(long).isEmpty)
        long.advance(3000)
        #expect(isFailed(long))
    }

    @Test("A tool call that was begun is closed before the apology")
    func afterACall() throws {
        let talk = talk()
        talk.client(.responseCreate(ResponseRequest()))
        let id = try #require(talk.response)
        talk.input(.response(id, .toolCallStarted(index: 0, name: "tool")))
        talk.input(.response(id, .failed(Self.fault)))
        try apologise(talk)
        talk.advance(1000)
        #expect(talk.done?.output.map(\.status) == [.incomplete, .incomplete])
        #expect(transcript(talk) == Self.words)
    }

    @Test("Nobody is apologised to without a phrase, in text, or out of band")
    func notWanted() throws {
        for (apology, modality, isInBand) in [
            (nil, OutputModality.audio, true), ("x", .text, true), ("x", .audio, false),
        ] {
            let talk = talk(apology) { $0.outputModality = modality }
            var request = ResponseRequest()
            request.inConversation = isInBand
            talk.client(.responseCreate(request))
            talk.input(.response(try #require(talk.response), .failed(Self.fault)))
            #expect(apologies(talk).isEmpty)
            #expect(isFailed(talk))
        }
    }

    @Test("An apology that does not come in time, or cannot be spoken, is left out")
    func noApology() throws {
        for isLate in [true, false] {
            let talk = talk()
            talk.client(.responseCreate(ResponseRequest()))
            let id = try #require(talk.response)
            talk.input(.response(id, .failed(Self.fault)))
            if isLate { talk.advance(4500) } else { talk.input(.response(id, .apologyEnded)) }
            #expect(isFailed(talk))
            #expect(talk.done?.output.isEmpty == true)
            let count = talk.events.count
            try apologise(talk)
            #expect(talk.events.count == count, "what comes afterwards is nothing")
        }
    }

    @Test("Speaking over the apology cuts it like any answer, and the history has what was heard")
    func interrupted() throws {
        let talk = talk()
        talk.client(.responseCreate(ResponseRequest()))
        talk.input(.response(try #require(talk.response), .failed(Self.fault)))
        try apologise(talk, milliseconds: 1500)
        talk.advance(700)
        talk.input(.speechStarted(position: .zero))
        #expect(talk.done?.status == .cancelled(.turnDetected))
        #expect(transcript(talk) == "Sorry, that")
        let late = talk.events.count
        talk.advance(5000)
        #expect(talk.events.count == late)
    }

    @Test("A response apologises once, whatever else fails")
    func once() throws {
        let talk = talk()
        talk.client(.responseCreate(ResponseRequest()))
        let id = try #require(talk.response)
        for _ in 0..<3 { talk.input(.response(id, .failed(Self.fault))) }
        talk.input(.response(id, .textDelta("late words")))
        talk.input(.response(id, .speechPiece("late words")))
        try apologise(talk)
        talk.advance(1000)
        #expect(apologies(talk).count == 1)
        #expect(transcript(talk) == Self.words)
    }

    @Test("A turn that could not be understood is apologised for, too")
    func transcription() throws {
        let talk = talk()
        talk.speak(1000)
        let item = try #require(talk.committedItem)
        talk.input(
            .transcriptFailed(item, ProviderError(.speechToText, provider: "p", .unavailable, "The model broke.")))
        #expect(apologies(talk).count == 1)
        try apologise(talk)
        talk.advance(1000)
        #expect(isFailed(talk))
    }

    @Test("Words that trickle and never make a sentence do not count as an answer")
    func trickle() throws {
        let talk = talk(nil)
        talk.client(.responseCreate(ResponseRequest()))
        let id = try #require(talk.response)
        let bound = SessionSettings().answerSilence.wholeMilliseconds
        for _ in 0..<(bound / 1000) {
            talk.advance(1000)
            talk.input(.response(id, .textDelta("word ")))
        }
        #expect(talk.done == nil)
        talk.advance(1000)
        #expect(talk.done?.status != nil)
        // In writing they are an answer.
        let writing = self.talk(nil) { $0.outputModality = .text }
        writing.client(.responseCreate(ResponseRequest()))
        for _ in 0..<60 {
            writing.advance(1000)
            writing.input(.response(try #require(writing.response), .textDelta("word ")))
        }
        #expect(writing.done == nil)
    }
}
