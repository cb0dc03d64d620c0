import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

@Suite("Acknowledgement phrases") struct AcknowledgementTests {
    typealias Talk = ScriptedConversation

    @Test("After 300 ms without answer audio a phrase leads the answer's own item, announced before it")
    func atTheDelay() {
        let talk = Talk.acknowledging()
        let start = talk.elapsed
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(1500)
        talk.spoken("One two three.", milliseconds: 900)
        talk.finishResponse()
        talk.advance(3000)
        #expect(
            talk.names() == [
                "responseCreated", "outputItemAdded", "itemAdded", "contentPartAdded", "outputAudioDelta",
                "outputTranscriptDelta", "outputAudioDelta", "outputAudioDone", "outputTranscriptDone",
                "contentPartDone", "itemDone", "outputItemDone", "responseDone",
            ])
        #expect(talk.sentAudio.first?.at == start + .milliseconds(300))
        #expect(talk.phrases == ["okay"])
        #expect(talk.comfortSent == 400 && talk.audioSent == 1300)
        #expect(talk.transcript == "One two three.")
        #expect(talk.done?.output == talk.items.suffix(1))
        #expect(talk.done?.usage?.outputTextTokens == 3)
    }

    @Test("No phrase when answer audio is there by then")
    func quickAnswer() {
        let talk = Talk.acknowledging()
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(299)
        talk.spoken("One.", milliseconds: 100)
        talk.advance(3000)
        #expect(talk.phrases.isEmpty && talk.comfortSent == 0)
    }

    @Test("Written answers and answers beside the conversation get none, nor do sessions that want none")
    func never() {
        for configure in [
            { $0.outputModality = .text }, { $0.behavior.acknowledgement.isEnabled = false },
            { $0.behavior.acknowledgement.phrases = [] },
        ] as [(inout SessionConfiguration) -> Void] {
            let talk = Talk.acknowledging(configure)
            talk.client(.responseCreate(ResponseRequest()))
            talk.advance(3000)
            #expect(talk.phrases.isEmpty)
        }
        let talk = Talk.acknowledging()
        var request = ResponseRequest()
        request.inConversation = false
        talk.client(.responseCreate(request))
        talk.advance(3000)
        #expect(talk.phrases.isEmpty && talk.comfortSent == 0)
    }

    @Test("None while the user speaks, though the answer may not be interrupted")
    func userSpeaks() {
        let talk = Talk.acknowledging {
            var vad = ServerVAD()
            vad.interruptResponse = false
            $0.input.turnDetection = .serverVAD(vad)
        }
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(200)
        talk.input(.speechStarted(position: .milliseconds(200)))
        talk.append(1000)
        #expect(talk.phrases.isEmpty)
    }

    @Test("None after a cancel or an interruption, whenever it comes", arguments: [100, 299, 300, 320, 600])
    func cancelled(after milliseconds: Int) {
        for isClient in [true, false] {
            let talk = Talk.acknowledging(phrase: nil)
            talk.client(.responseCreate(ResponseRequest()))
            talk.advance(milliseconds)
            let id = talk.response ?? ResponseID("none")
            if isClient {
                talk.client(.responseCancel(nil))
            } else {
                talk.input(.speechStarted(position: .milliseconds(milliseconds)))
            }
            talk.input(.phraseReady(id, [UInt8](repeating: 1, count: 4800)))
            talk.advance(3000)
            #expect(talk.audioSent == 0)
            #expect(talk.events.filter { $0.name == "responseDone" }.count == 1)
        }
    }

    @Test("A phrase whose audio comes after the answer's is dropped, and so is one that comes while the user speaks")
    func tooLate() {
        let talk = Talk.acknowledging(phrase: nil)
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(400)
        talk.spoken("One.", milliseconds: 200)
        talk.input(.phraseReady(talk.response ?? ResponseID(""), [UInt8](repeating: 5, count: 4800)))
        talk.advance(2000)
        #expect(talk.comfortSent == 0 && talk.audioSent == 200)

        let other = Talk.acknowledging(phrase: nil)
        other.client(.responseCreate(ResponseRequest()))
        other.advance(900)
        other.input(.phraseReady(other.response ?? ResponseID(""), [UInt8](repeating: 5, count: 4800)))
        #expect(other.comfortSent > 0)
    }

    @Test("A tool call that the model has begun to write gets none before it")
    func callUnderWay() throws {
        let talk = Talk.acknowledging()
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(250)
        let id = try #require(talk.response)
        talk.input(.response(id, .toolCallStarted(index: 0, name: "tool")))
        talk.advance(1000)
        #expect(talk.phrases.isEmpty)
        #expect(!talk.names().contains("contentPartAdded"))
    }

    @Test("Once for a response, however long it takes")
    func once() {
        let talk = Talk.acknowledging()
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(20_000)
        #expect(talk.phrases.count == 1 && talk.comfortSent == 400)
    }

    @Test("The answer queues behind the phrase: nothing overlaps, and it leaves as soon as the listener's clock allows")
    func noOverlap() {
        let talk = Talk.acknowledging()
        let start = talk.elapsed
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(350)
        talk.spoken("One two three.", milliseconds: 900)
        talk.finishResponse()
        talk.advance(5000)
        let audio = talk.sentAudio
        let firstOfAnswer = audio.firstIndex { !$0.isComfort } ?? 0
        #expect(audio[..<firstOfAnswer].allSatisfy(\.isComfort) && audio[firstOfAnswer...].allSatisfy { !$0.isComfort })
        #expect(talk.comfortSent == 400 && talk.audioSent == 1300)
        // The phrase is heard from 300 to 700 ms; audio leaves at most 60 ms ahead.
        #expect(audio[firstOfAnswer].at >= start + .milliseconds(640))
        #expect(audio[firstOfAnswer].at <= start + .milliseconds(700))
        #expect(talk.time(of: "outputAudioDone") == start + .milliseconds(300 + 1300))
    }

    @Test("Two phrases are at least the minimum gap apart, from the end of one to the beginning of the next")
    func gap() {
        let talk = Talk.acknowledging { $0.behavior.acknowledgement.minimumGap = .seconds(3) }
        for wait in [0, 500, 2400] {
            talk.client(.responseCreate(ResponseRequest()))
            talk.advance(300)
            talk.spoken("One.", milliseconds: 300)
            talk.finishResponse()
            talk.advance(700 + wait)
        }
        // Heard from 0.3 to 0.7 s; the second is due at 1.3, the third at 2.8, a fourth at 6.2 s.
        #expect(talk.phrases.count == 1)
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(300)
        #expect(talk.phrases.count == 2)
    }

    @Test("No phrase twice in a row where there is a choice; all of them are said; a list of one means one")
    func choice() {
        let talk = Talk.acknowledging { $0.behavior.acknowledgement.phrases = ["okay", "sure", "right"] }
        let single = Talk.acknowledging { $0.behavior.acknowledgement.phrases = ["hm"] }
        for conversation in [talk, single] {
            for _ in 0..<60 {
                conversation.client(.responseCreate(ResponseRequest()))
                conversation.advance(1000)
                conversation.spoken("One.", milliseconds: 100)
                conversation.finishResponse()
                conversation.advance(4000)
            }
        }
        #expect(talk.phrases.count == 60)
        #expect(zip(talk.phrases, talk.phrases.dropFirst()).allSatisfy { $0 != $1 })
        #expect(Set(talk.phrases) == ["okay", "sure", "right"])
        #expect(single.phrases == Array(repeating: "hm", count: 60))
    }

    @Test("A truncation by the client's clock cuts the answer at the right word, the phrase subtracted")
    func truncation() throws {
        let words = "one two three four five six seven eight nine ten"
        for (end, expected) in [(2800, "one two three four five"), (400, ""), (200, ""), (5200, words)] {
            let talk = Talk.acknowledging()
            talk.client(.responseCreate(ResponseRequest()))
            talk.advance(1000)
            talk.spoken(words, milliseconds: 4800)
            talk.finishResponse()
            talk.advance(9000)
            let item = try #require(talk.items.last?.id)
            talk.client(.itemTruncate(item, contentIndex: 0, audioEnd: .milliseconds(end)))
            #expect(talk.errors.isEmpty)
            #expect(talk.transcript == expected, "cut at \(end) ms")
        }
    }

    @Test("An interruption after a phrase keeps the words that were heard")
    func interrupted() {
        let talk = Talk.acknowledging()
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(300)
        talk.spoken("one two three four five six seven eight nine ten", milliseconds: 4800)
        // The phrase ends 0.4 s later; the answer is heard for 2.4 s.
        talk.advance(2800)
        talk.input(.speechStarted(position: .milliseconds(3100)))
        #expect(talk.transcript == "one two three four five")
    }

    @Test("A response of tool calls alone ends its item with the phrase as transcript, and the model never sees it")
    func toolCalls() {
        let talk = Talk.acknowledging()
        let start = talk.elapsed
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(500)
        talk.callTool()
        talk.advance(3000)
        #expect(
            talk.names() == [
                "responseCreated", "outputItemAdded", "itemAdded", "contentPartAdded", "outputAudioDelta",
                "outputTranscriptDelta", "outputAudioDone", "outputTranscriptDone", "contentPartDone", "itemDone",
                "outputItemDone", "outputItemAdded", "itemAdded", "functionArgumentsDelta", "functionArgumentsDone",
                "itemDone", "outputItemDone", "responseDone",
            ])
        #expect(talk.transcript == "okay")
        #expect(talk.items.last(where: \.isAssistant)?.status == .completed)
        // The call waits for the end of the phrase and for no more.
        #expect(talk.time(of: "responseDone") == start + .milliseconds(700))
        guard case .functionCall(let call)? = talk.items.last?.content else {
            Issue.record("expected a tool call")
            return
        }
        talk.client(
            .itemCreate(
                ConversationItem(
                    id: ItemID(""), content: .functionCallOutput(callID: call.callID, output: "42")), previous: .tail))
        let prompt = talk.prompt() ?? []
        #expect(prompt.count == 3)
        guard prompt.count == 3, case .assistant(let text, let calls) = prompt[1] else {
            Issue.record("expected an assistant turn in the prompt")
            return
        }
        #expect(text == nil && calls.count == 1)
    }

    @Test("A phrase that is interrupted is told as far as it was heard, and the model never sees it")
    func interruptedPhrase() {
        let talk = Talk.acknowledging({ $0.behavior.acknowledgement.phrases = ["let me see"] }, phrase: 600)
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(300 + 360)
        talk.input(.speechStarted(position: .milliseconds(660)))
        #expect(talk.done?.status == .cancelled(.turnDetected))
        #expect(talk.transcript == "let me")
        #expect(talk.items.last?.status == .incomplete)
        let sent = talk.audioSent
        talk.advance(2000)
        #expect(talk.audioSent == sent)
        #expect(talk.prompt() == [.user([.text("count")])])
    }

    @Test("A phrase that the client truncates says how much of it was heard")
    func truncatedPhrase() throws {
        let talk = Talk.acknowledging({ $0.behavior.acknowledgement.phrases = ["let me see"] }, phrase: 600)
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(1500)
        let item = try #require(talk.items.last?.id)
        talk.client(.itemTruncate(item, contentIndex: 0, audioEnd: .milliseconds(360)))
        talk.spoken("One.", milliseconds: 300)
        talk.finishResponse()
        talk.advance(2000)
        #expect(talk.errors.isEmpty && talk.transcript == "let me" && talk.audioSent == 600)
    }

    @Test("A turn in which nothing was understood ends with its item closed")
    func wordless() throws {
        let talk = Talk.acknowledging()
        talk.speak(1000)
        talk.advance(400)
        #expect(talk.phrases == ["okay"])
        let item = try #require(talk.committedItem)
        talk.input(.transcriptFinal(item, Transcript(text: "")))
        talk.advance(1000)
        #expect(talk.done?.status == .completed)
        #expect(talk.done?.output.count == 1 && talk.items.last?.status == .completed)
    }

    @Test("By option the delay counts from the end of speech, silence window included")
    func fromSpeechEnd() {
        let talk = Talk.acknowledging {
            $0.behavior.acknowledgement.origin = .speechEnd
            $0.behavior.acknowledgement.delay = .milliseconds(650)
        }
        talk.speak(1000, silence: 500)
        talk.advance(149)
        #expect(talk.phrases.isEmpty)
        talk.advance(1)
        #expect(talk.phrases == ["okay"])
        // What was asked for by the client answers no speech.
        let asked = Talk.acknowledging { $0.behavior.acknowledgement.origin = .speechEnd }
        asked.client(.responseCreate(ResponseRequest()))
        asked.advance(299)
        #expect(asked.phrases.isEmpty)
        asked.advance(1)
        #expect(asked.phrases == ["okay"])
    }

    @Test("By option very short turns get none; a transcript that is awaited decides when it comes")
    func shortTurns() throws {
        for (text, expected) in [("yes", 0), ("yes please do", 1), ("你好吗", 1), ("?! ...", 0)] {
            let talk = Talk.acknowledging { $0.behavior.acknowledgement.minimumUserWords = 3 }
            talk.speak(1000)
            talk.advance(1000)
            #expect(talk.phrases.isEmpty)
            let item = try #require(talk.committedItem)
            talk.input(.transcriptFinal(item, Transcript(text: text)))
            talk.advance(1000)
            #expect(talk.phrases.count == expected, "\(text)")
        }
        let typed = Talk.acknowledging { $0.behavior.acknowledgement.minimumUserWords = 2 }
        typed.client(.responseCreate(ResponseRequest()))
        typed.advance(1000)
        #expect(typed.phrases.isEmpty)
    }

    @Test("A phrase is in the voice, at the speed and in the language of its response")
    func voice() {
        let talk = Talk.acknowledging {
            $0.output.voice = "echo"
            $0.output.speed = 1.2
            $0.output.format = .g711ALaw
            $0.input.transcription = TranscriptionSettings(model: "m", language: "de-AT")
            $0.behavior.acknowledgement.phrasesByLanguage = ["de": " moment ,", "fr": "voyons"]
        }
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(1000)
        let asked = talk.actions.compactMap { action -> SpeechRequest? in
            guard case .speakPhrase(_, let request, .g711ALaw) = action else { return nil }
            return request
        }
        #expect(asked == [SpeechRequest(text: "moment", voice: "echo", speed: 1.2, language: "de-AT")])
        #expect(talk.sentAudio.first?.bytes.count == 160)
    }

    @Test("A phrase settles the session's voice, since it was heard in it")
    func voiceLock() {
        let talk = Talk.acknowledging()
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(1000)
        var update = SessionUpdate()
        update.voice = "echo"
        talk.client(.sessionUpdate(update))
        #expect(talk.errors.last?.code == .cannotUpdateVoice)
    }

    @Test(
        "While a tool of the server runs, phrases of the second level, at most as many as are allowed, then the answer")
    func slowTool() throws {
        let talk = Talk.acknowledging()
        talk.client(.responseCreate(ResponseRequest()))
        let id = try #require(talk.response)
        talk.advance(1000)
        talk.serverToolBegins(id)
        talk.advance(5999)
        #expect(talk.phrases == ["okay"])
        talk.advance(20_000)
        #expect(talk.phrases == ["okay", "one moment please", "one moment please"])
        talk.serverToolEnds(id)
        talk.spoken("Done.", milliseconds: 300)
        talk.finishResponse()
        talk.advance(3000)
        #expect(talk.comfortSent == 1200 && talk.transcript == "Done.")

        let quick = Talk.acknowledging()
        quick.client(.responseCreate(ResponseRequest()))
        let quickID = try #require(quick.response)
        for _ in 0..<4 {
            quick.serverToolBegins(quickID)
            quick.advance(5000)
            quick.serverToolEnds(quickID)
            quick.advance(100)
        }
        #expect(quick.phrases == ["okay"])
    }

    @Test("Phrases and the typing sound are made ready when the session opens and when they change, not otherwise")
    func prepared() {
        let talk = Talk.acknowledging { $0.behavior.typingSound.isEnabled = true }
        var update = SessionUpdate()
        update.instructions = "Be brief."
        talk.client(.sessionUpdate(update))
        update.voice = "echo"
        talk.client(.sessionUpdate(update))
        update.outputModality = .text
        talk.client(.sessionUpdate(update))
        let plans = talk.actions.compactMap { if case .prepareComfort(let plan) = $0 { plan } else { nil } }
        #expect(
            plans.map { $0.phrases.map(\.text) } == [
                ["okay", "one moment please"], ["okay", "one moment please"], [],
            ])
        #expect(plans.map { $0.phrases.first?.voice } == ["alloy", "echo", nil])
        #expect(plans.first?.typing == .keystrokes(.seconds(2)))
    }
}
