import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

@Suite("Turns") struct TurnTests {
    @Test("A spoken turn and its spoken answer follow the order of protocol section 3.3")
    func spokenTurn() {
        let talk = ScriptedConversation()
        #expect(talk.names() == ["sessionCreated"])
        talk.append(400)
        talk.speak(800)
        #expect(
            talk.names() == [
                "speechStarted", "speechStopped", "inputAudioCommitted", "itemAdded", "itemDone", "responseCreated",
            ])
        guard let item = talk.committedItem else {
            Issue.record("nothing was committed")
            return
        }
        talk.input(.transcriptFinal(item, Transcript(text: "hello there")))
        #expect(talk.plans.values.first?.model.messages == [.user([.text("hello there")])])
        talk.spoken("Hi.", milliseconds: 300)
        talk.finishResponse()
        talk.advance(1000)
        #expect(
            talk.names() == [
                "outputItemAdded", "itemAdded", "contentPartAdded", "outputTranscriptDelta", "outputAudioDelta",
                "outputAudioDone", "outputTranscriptDone", "contentPartDone", "itemDone", "outputItemDone",
                "responseDone",
            ])
        #expect(talk.done?.status == .completed)
        #expect(talk.done?.usage?.inputTokens == 7)
        #expect(talk.done?.usage?.outputTokens == 3)
        #expect(talk.pendingTimers == [.sessionExpiry])
    }

    @Test("The start of speech carries the prefix padding and the id of the item to come")
    func prefix() {
        let talk = ScriptedConversation { configuration in
            var vad = ServerVAD()
            vad.prefixPadding = .milliseconds(120)
            configuration.input.turnDetection = .serverVAD(vad)
        }
        talk.append(1000)
        talk.input(.speechStarted(position: .milliseconds(900)))
        guard case .speechStarted(let started, let start)? = talk.events.last else {
            Issue.record("no speech_started")
            return
        }
        #expect(start == .milliseconds(780))
        talk.append(600)
        talk.input(.speechStopped)
        #expect(talk.committedItem == started)
        guard case .beginTranscription(started, _, let from)? = talk.actions.first(where: { $0.isBegin }) else {
            Issue.record("no transcription")
            return
        }
        #expect(from == .milliseconds(780))
    }

    @Test("A start of speech never reaches back before the session or the last commit")
    func prefixClamped() {
        let talk = ScriptedConversation()
        talk.append(100)
        talk.input(.speechStarted(position: .milliseconds(50)))
        guard case .speechStarted(_, let start)? = talk.events.last else {
            Issue.record("no speech_started")
            return
        }
        #expect(start == .zero)
        talk.append(300)
        talk.input(.speechStopped)
        talk.append(100)
        talk.input(.speechStarted(position: .milliseconds(450)))
        guard case .speechStarted(_, let second)? = talk.events.last(where: { $0.name == "speechStarted" }) else {
            return
        }
        #expect(second == .milliseconds(400))
    }

    @Test("Manual mode: commit and response.create back to back answer the committed audio")
    func manual() throws {
        let talk = ScriptedConversation { $0.input.turnDetection = nil }
        talk.append(500)
        talk.client(.inputAudioCommit)
        talk.client(.responseCreate(ResponseRequest()))
        #expect(
            talk.names() == ["sessionCreated", "inputAudioCommitted", "itemAdded", "itemDone", "responseCreated"])
        #expect(talk.plans.isEmpty)
        let item = try #require(talk.committedItem)
        talk.input(.transcriptFinal(item, Transcript(text: "what time is it")))
        #expect(talk.plans.count == 1)
    }

    @Test("A commit of less than 100 ms is refused with the vendor's words")
    func shortCommit() {
        let talk = ScriptedConversation { $0.input.turnDetection = nil }
        talk.append(40)
        talk.client(.inputAudioCommit, id: "mine")
        #expect(talk.errors.first?.code == .commitEmpty)
        #expect(talk.errors.first?.eventID == "mine")
        #expect(talk.errors.first?.message.hasSuffix("but buffer only has 40.00ms of audio.") == true)
        talk.append(60)
        talk.client(.inputAudioCommit)
        #expect(talk.errors.count == 1)
        #expect(talk.committedItem != nil)
    }

    @Test("Clear drops uncommitted audio, is never an error, and cancels its transcription")
    func clear() {
        let talk = ScriptedConversation { $0.input.turnDetection = nil }
        talk.client(.inputAudioClear)
        talk.append(500)
        talk.client(.inputAudioClear)
        talk.client(.inputAudioCommit)
        #expect(talk.names() == ["sessionCreated", "inputAudioCleared", "error"])
        #expect(talk.actions.contains { if case .cancelTranscription = $0 { true } else { false } })
    }

    @Test("Transcription events come only when asked for, exactly once, also for silence")
    func transcriptionEvents() {
        for asked in [true, false] {
            let talk = ScriptedConversation { if asked { $0.input.transcription = TranscriptionSettings(model: "m") } }
            talk.speak(600)
            guard let item = talk.committedItem else { continue }
            talk.input(.transcriptFinal(item, Transcript(text: "")))
            talk.input(.transcriptFinal(item, Transcript(text: "again")))
            #expect(talk.events.filter { $0.name == "transcriptionCompleted" }.count == (asked ? 1 : 0))
        }
    }

    @Test(
        "A transcription session reports every turn, with partial results while the user speaks, and makes no response")
    func transcriptionSession() {
        let talk = ScriptedConversation { $0 = SessionConfiguration(kind: .transcription, model: "") }
        talk.append(400)
        talk.input(.speechStarted(position: .milliseconds(400)))
        guard case .beginTranscription(let item, _, _)? = talk.actions.last(where: { $0.isBegin }) else {
            Issue.record("expected a transcription")
            return
        }
        talk.input(.transcriptPartial(item, "go for"))
        talk.input(.transcriptPartial(item, "go forward"))
        talk.append(500)
        talk.input(.speechStopped)
        talk.input(.transcriptFinal(item, Transcript(text: "go forward")))
        #expect(
            talk.names() == [
                "sessionCreated", "speechStarted", "transcriptionDelta", "speechStopped", "inputAudioCommitted",
                "itemAdded",
                "itemDone", "transcriptionDelta", "transcriptionCompleted",
            ])
        talk.client(.responseCreate(ResponseRequest()))
        #expect(talk.errors.first?.code == .invalidEvent)
    }

    @Test("Partial transcripts become deltas that add up to the final text")
    func partials() throws {
        let talk = ScriptedConversation { $0.input.transcription = TranscriptionSettings(model: "m") }
        talk.speak(600)
        let item = try #require(talk.committedItem)
        talk.input(.transcriptPartial(item, "go"))
        talk.input(.transcriptPartial(item, "go for"))
        talk.input(.transcriptPartial(item, "go forward ten"))
        talk.input(.transcriptFinal(item, Transcript(text: "go forward ten meters")))
        let deltas = talk.events.compactMap { event -> String? in
            if case .transcriptionDelta(_, _, let delta, _) = event { delta } else { nil }
        }
        #expect(deltas.count > 1)
        #expect(deltas.joined() == "go forward ten meters")
    }

    @Test("A turn in which nothing was understood is answered with an empty response")
    func nothingHeard() throws {
        let talk = ScriptedConversation()
        talk.speak(600)
        let item = try #require(talk.committedItem)
        talk.input(.transcriptFinal(item, Transcript(text: "")))
        #expect(talk.done?.status == .completed)
        #expect(talk.done?.output.isEmpty == true)
        #expect(talk.plans.isEmpty)
    }

    @Test("A transcript that is there before the turn ends is used, and an empty one is not answered")
    func earlyTranscript() {
        for text in ["hello", ""] {
            let talk = ScriptedConversation()
            talk.append(400)
            talk.input(.speechStarted(position: .milliseconds(400)))
            guard case .beginTranscription(let item, _, _)? = talk.actions.last(where: { $0.isBegin }) else { continue }
            talk.append(500)
            talk.input(.transcriptFinal(item, Transcript(text: text)))
            talk.input(.speechStopped)
            #expect(talk.plans.count == (text.isEmpty ? 0 : 1))
            #expect(text.isEmpty == (talk.done != nil))
        }
    }

    @Test("A response that the client asks for is made even when the audio held no words")
    func askedForSilence() throws {
        let talk = ScriptedConversation { $0.input.turnDetection = nil }
        talk.append(500)
        talk.client(.inputAudioCommit)
        talk.client(.responseCreate(ResponseRequest()))
        let item = try #require(talk.committedItem)
        talk.input(.transcriptFinal(item, Transcript(text: "")))
        #expect(talk.plans.count == 1)
    }

    @Test("create_response false leaves the answer to the client")
    func noAutomaticResponse() {
        let talk = ScriptedConversation { configuration in
            var vad = ServerVAD()
            vad.createResponse = false
            configuration.input.turnDetection = .serverVAD(vad)
        }
        talk.speak(600)
        #expect(talk.response == nil)
        talk.client(.responseCreate(ResponseRequest()))
        #expect(talk.response != nil)
    }

    @Test("A transcript that fails fails the answer that needs it, and the next turn works")
    func failedTranscript() throws {
        let talk = ScriptedConversation { $0.input.transcription = TranscriptionSettings(model: "m") }
        talk.speak(600)
        let item = try #require(talk.committedItem)
        talk.input(.transcriptFailed(item, ProviderError(.speechToText, provider: "p", .unavailable, "Down.")))
        #expect(talk.events.contains { $0.name == "transcriptionFailed" })
        #expect(talk.done?.status == .failed(type: "server_error", code: "unavailable", message: "Down."))
        talk.speak(600)
        let second = try #require(talk.committedItem)
        talk.input(.transcriptFinal(second, Transcript(text: "hello")))
        #expect(talk.plans.count == 1)
    }

    @Test("A transcript that never comes is given up at the deadline")
    func overdueTranscript() {
        let talk = ScriptedConversation()
        talk.speak(600)
        talk.advance(21_000)
        guard case .failed(_, let code, _)? = talk.done?.status else {
            Issue.record("the response did not fail")
            return
        }
        #expect(code == "timeout")
        #expect(talk.actions.contains { if case .cancelTranscription = $0 { true } else { false } })
    }

    @Test("The idle timeout commits the silence and asks for an answer, but not while one plays")
    func idleTimeout() throws {
        let talk = ScriptedConversation { configuration in
            var vad = ServerVAD()
            vad.idleTimeout = .seconds(5)
            configuration.input.turnDetection = .serverVAD(vad)
        }
        talk.speak(600)
        let item = try #require(talk.committedItem)
        talk.input(.transcriptFinal(item, Transcript(text: "hello")))
        talk.spoken("Hi.", milliseconds: 6000)
        talk.finishResponse()
        talk.advance(5900)
        #expect(!talk.events.contains { $0.name == "idleTimeoutTriggered" })
        talk.append(5200)
        _ = talk.names()
        #expect(talk.events.filter { $0.name == "idleTimeoutTriggered" }.count == 1)
        #expect(talk.events.filter { $0.name == "responseCreated" }.count == 2)
    }
}

extension SessionAction {
    var isBegin: Bool { if case .beginTranscription = self { true } else { false } }
}
