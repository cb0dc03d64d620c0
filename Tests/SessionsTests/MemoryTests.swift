import Budgets
import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

@Suite("What a session holds in memory is bounded") struct MemoryTests {
    /// A conversation of at most 100,000 bytes.
    private func talk(
        _ kind: SessionKind = .realtime, truncation: Truncation = .auto, contextTokens: Int = 1_000_000,
        _ change: (inout SessionSettings) -> Void = { _ in }
    ) -> ScriptedConversation {
        var settings = SessionSettings()
        settings.budgets.conversationBytes = 100_000
        settings.contextTokens = contextTokens
        change(&settings)
        return ScriptedConversation(
            configure: { configuration in
                configuration = SessionConfiguration(kind: kind, model: "test-model")
                configuration.behavior.acknowledgement.isEnabled = false
                configuration.behavior.summary.isEnabled = false
                configuration.outputModality = .text
                configuration.input.turnDetection = nil
                configuration.truncation = truncation
            }, settings: settings)
    }

    private func text(_ bytes: Int) -> String { String(repeating: "x", count: bytes) }

    /// A turn of the user that is transcribed as `text`.
    private func speak(_ text: String, _ talk: ScriptedConversation) {
        talk.append(200)
        talk.client(.inputAudioCommit)
        guard let item = talk.committedItem else {
            Issue.record("no turn was committed")
            return
        }
        talk.input(.transcriptFinal(item, Transcript(text: text)))
    }

    private func deleted(_ talk: ScriptedConversation) -> [ItemID] {
        talk.events.compactMap { if case .itemDeleted(let id) = $0 { id } else { nil } }
    }

    @Test("Items of clients: texts and pictures fill it, then an error names the item and the bound")
    func clientItems() throws {
        let talk = talk()
        let picture = ConversationItem(
            id: ItemID("picture"),
            content: .message(role: .user, parts: [.inputImage(url: text(49_000), detail: "auto"), .inputText("look")]))
        talk.client(.itemCreate(picture, previous: .tail))
        talk.client(.itemCreate(.user(text(49_000), id: "b"), previous: .tail))
        #expect(talk.errors.isEmpty, "one step beneath the bound nothing is noticed")
        talk.client(.itemCreate(.user(text(1_000), id: "c"), previous: .tail), id: "event")
        let error = try #require(talk.errors.last)
        #expect(error.code == .invalidValue)
        #expect(error.parameter == "item")
        #expect(error.eventID == "event")
        #expect(error.message.contains("100000 bytes") && error.message.contains("conversation_bytes"))
        #expect(talk.items.count == 2)
        talk.client(.itemDelete(ItemID("picture")))
        talk.client(.itemCreate(.user(text(49_000), id: "c"), previous: .tail))
        #expect(talk.errors.count == 1, "what was deleted gave its bytes back")
    }

    @Test("Many small items are bounded by what each costs")
    func smallItems() {
        let talk = talk()
        for number in 0..<300 { talk.client(.itemCreate(.user("a", id: "i\(number)"), previous: .tail)) }
        #expect((150...200).contains(talk.items.count))
    }

    @Test("What the model does not see any more goes first, for whoever needs room")
    func hiddenGoesFirst() {
        let talk = talk(contextTokens: 12_000)
        for number in 0..<4 { talk.client(.itemCreate(.user(text(20_000), id: "old\(number)"), previous: .tail)) }
        talk.client(.responseCreate(ResponseRequest()))
        talk.finishResponse(spoken: false)
        talk.client(.itemCreate(.user(text(30_000), id: "new"), previous: .tail))
        #expect(talk.errors.isEmpty)
        #expect(deleted(talk) == [ItemID("old0")], "and no more of it than needed")
    }

    @Test("Spoken turns are always taken: the oldest items go, also where the model sees all of them")
    func spokenTurns() {
        for truncation in [Truncation.auto, .disabled] {
            let talk = talk(truncation: truncation)
            for _ in 0..<100 {
                speak(text(5_000), talk)
                #expect(talk.heldBytes <= 100_000)
            }
            #expect(talk.errors.isEmpty)
            #expect(talk.items.count >= 15)
            #expect(deleted(talk).count == 100 - talk.items.count)
            #expect(talk.items.last?.id == talk.committedItem)
        }
    }

    @Test("A transcription session lets its oldest items go, by bytes and by number")
    func transcription() {
        let talk = talk(.transcription)
        for _ in 0..<100 { speak(text(5_000), talk) }
        #expect((15...20).contains(talk.items.count))
        talk.client(.itemCreate(.user(text(60_000), id: "mine"), previous: .tail))
        #expect(talk.errors.isEmpty && talk.items.last?.id == ItemID("mine"))
        let many = self.talk(.transcription) { $0.maximumItems = 50 }
        for _ in 0..<80 { speak("hello", many) }
        #expect(many.items.count == 50)
        #expect(deleted(many).count == 30)
    }

    @Test("More items than a conversation may hold: turns and answers replace the oldest")
    func maximumItems() {
        let talk = talk { $0.maximumItems = 10 }
        for _ in 0..<20 {
            speak("hello", talk)
            talk.client(.responseCreate(ResponseRequest()))
            if let response = talk.response { talk.input(.response(response, .textDelta("hi"))) }
            talk.finishResponse(spoken: false)
        }
        #expect(talk.items.count == 10)
        talk.client(.itemCreate(.user("one more", id: "more"), previous: .tail))
        #expect(talk.errors.last?.message.contains("10 items") == true)
    }

    @Test("An answer without end fails by name, and what it said stays")
    func endlessAnswer() throws {
        let talk = talk { $0.budgets.answerBytes = 10_000 }
        talk.client(.responseCreate(ResponseRequest()))
        let response = try #require(talk.response)
        for _ in 0..<100 { talk.input(.response(response, .textDelta(text(100)))) }
        #expect(talk.done == nil, "one step beneath the bound nothing is noticed")
        talk.input(.response(response, .textDelta("x")))
        guard case .failed(let type, let code, let message)? = talk.done?.status else {
            Issue.record("the answer goes on")
            return
        }
        #expect(type == "rate_limit_error" && code == "rate_limit_exceeded" && message.contains("answer_bytes"))
        #expect(talk.actions.contains { if case .cancelResponse(response) = $0 { true } else { false } })
        talk.input(.response(response, .textDelta(text(100))))
        #expect(talk.heldBytes < 12_000)
    }

    @Test("Arguments and calls without end fail likewise")
    func endlessCalls() throws {
        for isArguments in [true, false] {
            let talk = talk { $0.budgets.answerBytes = 10_000 }
            talk.client(.responseCreate(ResponseRequest()))
            let response = try #require(talk.response)
            for index in 0..<200 {
                if isArguments, index > 0 {
                    talk.input(.response(response, .toolCallArgumentsDelta(index: 0, delta: text(100))))
                } else {
                    talk.input(.response(response, .toolCallStarted(index: index, name: "tool")))
                }
            }
            guard case .failed(_, let code, _)? = talk.done?.status else {
                Issue.record("the calls go on")
                return
            }
            #expect(code == "rate_limit_exceeded")
        }
    }

    @Test(
        "Results of the server's tools make the oldest items go, and end a response that fills the conversation alone")
    func toolResults() throws {
        for inConversation in [true, false] {
            let talk = talk()
            talk.client(.itemCreate(.user(text(50_000), id: "old"), previous: .tail))
            var request = ResponseRequest()
            request.inConversation = inConversation
            talk.client(.responseCreate(request))
            let response = try #require(talk.response)
            for number in 0..<10 {
                let call = LanguageModelRequest.ToolCall(id: "call_\(number)", name: "weather", arguments: "{}")
                talk.input(.response(response, .serverToolStarted(call, timeout: .seconds(10))))
                talk.input(.response(response, .serverToolFinished(callID: call.id, output: text(30_000))))
                #expect(talk.conversationBytes <= 100_000)
            }
            guard case .failed(_, let code, let message)? = talk.done?.status else {
                Issue.record("the response goes on")
                return
            }
            #expect(code == "rate_limit_exceeded" && message.contains("conversation_bytes"))
            #expect(deleted(talk) == (inConversation ? [ItemID("old")] : []))
            #expect(talk.heldBytes <= 100_000)
        }
    }

    @Test("Items of responses beside the conversation count while these are under way")
    func requestInput() throws {
        let talk = talk()
        var request = ResponseRequest()
        request.inConversation = false
        request.input = [.item(.user(text(30_000)))]
        for _ in 0..<3 { talk.client(.responseCreate(request)) }
        #expect(talk.errors.isEmpty)
        talk.client(.responseCreate(request), id: "event")
        let error = try #require(talk.errors.last)
        #expect(error.parameter == "response.input" && error.eventID == "event")
        #expect(error.message.contains("conversation_bytes"))
        talk.finishResponse(spoken: false)
        talk.client(.responseCreate(request))
        #expect(talk.errors.count == 1)
    }

    @Test("Audio in transcription is bounded by its length, not only in number")
    func transcriptionBytes() throws {
        let talk = talk { $0.budgets.transcriptionBytes = 32_000 * 20 }
        func create(_ id: String, seconds: Int) {
            let audio = [UInt8](repeating: 0, count: seconds * 48_000)
            talk.client(
                .itemCreate(
                    ConversationItem(
                        id: ItemID(id),
                        content: .message(role: .user, parts: [.inputAudio(audio: audio, transcript: nil)])),
                    previous: .tail))
        }
        create("a", seconds: 9)
        create("b", seconds: 9)
        #expect(talk.errors.isEmpty)
        create("c", seconds: 1)
        let error = try #require(talk.errors.last)
        #expect(error.code == .rateLimitExceeded && error.message.contains("transcription_bytes"))
        talk.input(.transcriptFinal(ItemID("a"), Transcript(text: "a")))
        create("c", seconds: 1)
        #expect(talk.errors.count == 1)
    }

    // MARK: The worker

    @Test(
        "Where the worker is full, a client's item earns rate_limit_exceeded, and a session below its share is served")
    func fullWorker() throws {
        let talk = talk()
        talk.client(.itemCreate(.user(text(20_000), id: "a"), previous: .tail))
        talk.allowance = 30_000
        talk.client(.itemCreate(.user(text(5_000), id: "b"), previous: .tail))
        #expect(talk.errors.isEmpty)
        talk.client(.itemCreate(.user(text(5_000), id: "c"), previous: .tail), id: "event")
        let error = try #require(talk.errors.last)
        #expect(error.code == .rateLimitExceeded && error.type == .rateLimit)
        #expect(error.parameter == "item" && error.eventID == "event")
        #expect(error.message.contains("session_bytes"))
        talk.allowance = 1
        speak("hello", talk)
        #expect(talk.items.count == 3, "a spoken turn is taken, and nothing that the model sees goes for it")
        talk.client(.responseCreate(ResponseRequest()))
        guard case .failed(_, let code, _)? = talk.done?.status else {
            Issue.record("the prompt is made")
            return
        }
        #expect(code == "rate_limit_exceeded")
        talk.allowance = 100_000
        talk.client(.responseCreate(ResponseRequest()))
        #expect(talk.response.flatMap { talk.plans[$0] } != nil)
    }

    @Test("Where the worker is full, what the model does not see goes first")
    func fullWorkerHidden() {
        let talk = talk(contextTokens: 6_000)
        for number in 0..<4 { talk.client(.itemCreate(.user(text(10_000), id: "old\(number)"), previous: .tail)) }
        talk.client(.responseCreate(ResponseRequest()))
        talk.finishResponse(spoken: false)
        talk.allowance = talk.heldBytes
        talk.client(.itemCreate(.user(text(9_000), id: "new"), previous: .tail))
        #expect(talk.errors.isEmpty)
        #expect(deleted(talk) == [ItemID("old0")])
    }

    @Test("What a session holds is counted in the worker's ledger, and given back when it ends")
    func ledger() throws {
        let ledger = MemoryLedger()
        let live = LiveSession(memory: ledger, llm: { $0.delay = .seconds(1_000) })
        live.send(
            #"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":"#
                + #"[{"type":"input_text","text":"\#(text(200_000))"}]}}"#)
        #expect((200_000..<202_000).contains(ledger.held))
        live.send(#"{"type":"response.create","response":{"output_modalities":["text"]}}"#)
        #expect(ledger.held > 400_000, "the prompt under way counts too")
        live.send(#"{"type":"response.cancel"}"#)
        #expect((200_000..<202_000).contains(ledger.held))
        live.disconnect()
        #expect(ledger.held == 0)
    }
}
