import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

@Suite("While it is open whether speech interrupts") struct PendingInterruptionTests {
    static let weighing = [InterruptionSettings.Mode.confirmed, .semantic]

    /// Speech that is weighed: 80 ms of it were heard.
    private func weighed(
        _ mode: InterruptionSettings.Mode, heard: Int? = 1000,
        configure: (inout SessionConfiguration) -> Void = { _ in }
    ) -> OverlappingSpeech {
        var speech = OverlappingSpeech(mode, heard: heard, configure: configure)
        speech.begin()
        return speech
    }

    // MARK: The answer ends first

    @Test("The answer ends: the speech is a turn like any other, from its true beginning", arguments: weighing)
    func answerEnds(mode: InterruptionSettings.Mode) {
        let speech = weighed(mode, heard: 4680)
        speech.talk.append(100)
        #expect(speech.talk.done?.status == .completed)
        #expect(speech.talk.names().suffix(2) == ["responseDone", "speechStarted"])
        #expect(
            speech.talk.events.last
                == .speechStarted(speech.item ?? ItemID(""), audioStart: speech.onset - .milliseconds(300)))
        speech.talk.append(500)
        speech.talk.input(.speechStopped)
        #expect(
            speech.talk.names() == ["speechStopped", "inputAudioCommitted", "itemAdded", "itemDone", "responseCreated"])
        #expect(speech.history == OverlappingSpeech.words)
    }

    @Test("The answer ends after the speech was dismissed: it is a turn if the user still speaks, and none if not")
    func answerEndsAfterDismissal() {
        for stillSpeaks in [true, false] {
            let speech = weighed(.semantic, heard: 4000)
            speech.hear("mm-hmm")
            speech.talk.append(420)
            #expect(speech.levels.last == 257)
            if !stillSpeaks { speech.pause() }
            speech.talk.append(400)
            #expect(speech.talk.done?.status == .completed)
            #expect(speech.count("speechStarted") == (stillSpeaks ? 1 : 0))
            speech.talk.append(100)
            speech.talk.input(.speechStopped)
            speech.hearAll("mm-hmm")
            #expect(speech.count("inputAudioCommitted") == (stillSpeaks ? 1 : 0))
            #expect(speech.transcriptionIsCancelled == !stillSpeaks)
        }
    }

    @Test("Words that come after the answer and tell of a question are answered")
    func lateQuestion() {
        var speech = OverlappingSpeech(.semantic, heard: 3800)
        speech.say(240)
        speech.talk.append(600)
        #expect(speech.talk.done?.status == .completed && speech.count("speechStarted") == 0)
        speech.hearAll("why")
        #expect(speech.count("speechStarted") == 1 && speech.count("speechStopped") == 1)
        #expect(speech.talk.response.flatMap { speech.talk.plans[$0] }?.model.messages.last == .user([.text("why")]))
    }

    @Test("The client cancels the answer: the speech is a turn", arguments: weighing)
    func cancelled(mode: InterruptionSettings.Mode) {
        let speech = weighed(mode)
        speech.talk.client(.responseCancel(nil))
        #expect(speech.talk.done?.status == .cancelled(.clientCancelled))
        #expect(speech.count("speechStarted") == 1 && speech.talk.errors.isEmpty)
        speech.talk.append(400)
        speech.talk.input(.speechStopped)
        #expect(speech.talk.committedItem == speech.item)
    }

    @Test("The answer fails: the speech is a turn", arguments: weighing)
    func failed(mode: InterruptionSettings.Mode) throws {
        let speech = weighed(mode, heard: nil)
        let response = try #require(speech.talk.response)
        speech.talk.input(.response(response, .failed(ProviderError(.languageModel, provider: "p", .timeout, "Late."))))
        #expect(speech.count("responseDone") == 1 && speech.count("speechStarted") == 1)
    }

    // MARK: The client acts

    @Test("A commit takes the audio since the speech began; the answer goes on at full volume", arguments: weighing)
    func commit(mode: InterruptionSettings.Mode) {
        let speech = weighed(mode)
        _ = speech.talk.names()
        speech.talk.client(.inputAudioCommit)
        #expect(speech.talk.names() == ["inputAudioCommitted", "itemAdded", "itemDone"])
        #expect(speech.talk.committedItem == speech.item && speech.talk.actions.last == .clearInput)
        speech.talk.append(800)
        #expect(!speech.isInterrupted && speech.levels.last == 257)
        speech.hearAll("stop")
        #expect(!speech.isInterrupted)
    }

    @Test("A commit that is too short is refused and changes nothing")
    func shortCommit() {
        let speech = weighed(.confirmed) { configuration in
            var vad = ServerVAD()
            vad.prefixPadding = .zero
            configuration.input.turnDetection = .serverVAD(vad)
        }
        speech.talk.client(.inputAudioCommit)
        #expect(speech.talk.errors.last?.code == .commitEmpty)
        speech.talk.append(400)
        #expect(speech.isInterrupted)
    }

    @Test("A clear forgets the speech without a word about it", arguments: weighing)
    func clear(mode: InterruptionSettings.Mode) {
        let speech = weighed(mode)
        _ = speech.talk.names()
        speech.talk.client(.inputAudioClear)
        #expect(speech.talk.names() == ["inputAudioCleared"])
        #expect(speech.transcriptionIsCancelled)
        speech.talk.append(800)
        speech.talk.input(.speechStopped)
        #expect(
            !speech.isInterrupted && speech.levels.last == 257 && !speech.talk.pendingTimers.contains(.interruption))
    }

    @Test("Turn detection is switched off: the audio waits for a commit", arguments: weighing)
    func manual(mode: InterruptionSettings.Mode) {
        let speech = weighed(mode)
        var update = SessionUpdate()
        update.turnDetection = .clear
        speech.talk.client(.sessionUpdate(update))
        speech.talk.append(800)
        #expect(!speech.isInterrupted && speech.levels.last == 257 && speech.count("speechStarted") == 0)
        speech.talk.client(.inputAudioCommit)
        #expect(speech.talk.committedItem == speech.item && speech.talk.errors.isEmpty)
    }

    @Test("interrupt_response is switched off: the answer is left alone, the speech becomes its turn")
    func forbidden() {
        let speech = weighed(.confirmed)
        var vad = ServerVAD()
        vad.interruptResponse = false
        var update = SessionUpdate()
        update.turnDetection = .set(.serverVAD(vad))
        speech.talk.client(.sessionUpdate(update))
        speech.talk.append(800)
        #expect(!speech.isInterrupted && speech.levels.last == 257)
        speech.talk.input(.speechStopped)
        #expect(speech.talk.committedItem == speech.item)
    }

    @Test("A mode that is changed meanwhile counts at once", arguments: ["immediate", "disabled"])
    func modeChanges(mode: String) throws {
        let speech = weighed(.semantic)
        speech.hear("mm-hmm")
        var update = SessionUpdate()
        update.behavior = try BehaviorUpdate(text: Array(#"{"interruption":{"mode":"\#(mode)"}}"#.utf8).span)
        speech.talk.client(.sessionUpdate(update))
        #expect(speech.isInterrupted == (mode == "immediate"))
        speech.talk.append(600)
        if mode == "disabled" { #expect(speech.levels.last == 257) }
        speech.talk.input(.speechStopped)
        #expect(speech.talk.committedItem == speech.item)
    }

    @Test("With semantic_vad, whose detector waits for long, what was no turn ends after a short silence")
    func semanticDetection() {
        for mode in Self.weighing {
            let speech = weighed(mode) { $0.input.turnDetection = .semanticVAD(SemanticVAD()) }
            speech.hear("okay")
            speech.talk.append(100)
            speech.pause()
            speech.talk.append(640)
            #expect(speech.talk.actions.contains(.endSpeech))
            speech.hearAll("okay")
            #expect(speech.transcriptionIsCancelled && speech.count("speechStarted") == 0)
        }
    }

    @Test("With semantic_vad speech that became a turn in a pause ends by its words")
    func semanticTurn() {
        let speech = weighed(.semantic, heard: 4500) { $0.input.turnDetection = .semanticVAD(SemanticVAD()) }
        speech.hear("no thanks.")
        #expect(speech.isInterrupted)
        speech.talk.append(100)
        speech.pause()
        speech.talk.append(1500)
        #expect(speech.count("speechStopped") == 1 && speech.talk.committedItem == speech.item)
    }

    @Test("Deleting and truncating the answer's item breaks nothing", arguments: weighing)
    func items(mode: InterruptionSettings.Mode) {
        for isDeleted in [true, false] {
            let speech = weighed(mode)
            guard let id = speech.talk.items.last(where: \.isAssistant)?.id else { continue }
            if isDeleted {
                speech.talk.client(.itemDelete(id))
            } else {
                speech.talk.client(.itemTruncate(id, contentIndex: 0, audioEnd: .milliseconds(900)))
            }
            speech.talk.append(800)
            #expect(speech.count("speechStarted") == 1 && speech.count("responseDone") == 1)
        }
    }

    @Test("The socket goes: nothing is left", arguments: weighing)
    func disconnected(mode: InterruptionSettings.Mode) {
        let speech = weighed(mode)
        speech.talk.input(.disconnected)
        #expect(speech.transcriptionIsCancelled && speech.talk.isClosed)
        #expect(speech.talk.actions.contains { if case .cancelResponse = $0 { true } else { false } })
    }

    @Test("Speech longer than a turn may be is a turn, and what was dismissed is forgotten")
    func longest() {
        let talk = OverlappingSpeech(.disabled, heard: nil)
        var speech = talk
        speech.begin()
        for _ in 0..<31 { speech.talk.append(10_000) }
        #expect(speech.count("inputAudioCommitted") == 1 && speech.count("speechStopped") == 1)
    }

    // MARK: Before anything is heard

    @Test("Noise while the model or a tool is awaited cancels nothing", arguments: weighing)
    func waiting(mode: InterruptionSettings.Mode) {
        var speech = OverlappingSpeech(mode, heard: nil)
        speech.say(160)
        speech.hearAll("")
        #expect(!speech.isInterrupted && speech.count("speechStarted") == 0)
        speech.talk.spoken("Here it is.", milliseconds: 600)
        speech.talk.finishResponse()
        speech.talk.append(1000)
        #expect(speech.talk.done?.status == .completed && speech.history == "Here it is.")
    }

    @Test("A tool that runs is cancelled by speech that lasts and not by noise, in the plain mode too")
    func runningTool() throws {
        for milliseconds in [160, 900] {
            var speech = OverlappingSpeech(.immediate, heard: nil)
            let id = try #require(speech.talk.response)
            let call = LanguageModelRequest.ToolCall(id: "call_1", name: "tool", arguments: "{}")
            speech.talk.input(.response(id, .serverToolStarted(call, timeout: .seconds(10))))
            speech.say(milliseconds)
            #expect(speech.isInterrupted == (milliseconds > 300))
            guard milliseconds < 300 else { continue }
            #expect(speech.count("speechStarted") == 0)
            speech.talk.input(.response(id, .serverToolFinished(callID: "call_1", output: "rain")))
            speech.begin()
            #expect(speech.isInterrupted, "without a tool the onset interrupts")
        }
    }

    @Test("Real speech does", arguments: weighing)
    func speakingOn(mode: InterruptionSettings.Mode) {
        let speech = weighed(mode, heard: nil)
        speech.talk.append(700)
        #expect(speech.isInterrupted && speech.count("speechStarted") == 1)
    }

    @Test("The user's next words while the answer waits for the transcript of the first reopen the floor")
    func goingOn() {
        let speech = OverlappingSpeech(.confirmed, heard: 4900)
        #expect(speech.talk.done?.status == .completed)
        speech.talk.speak(600)
        let first = speech.talk.committedItem
        var next = speech
        next.say(700)
        #expect(next.isInterrupted && next.talk.committedItem != first)
    }

    // MARK: The beginning of an answer

    @Test("Within the protected start nothing interrupts; what ends there is answered afterwards")
    func protectedStart() {
        for mode in [InterruptionSettings.Mode.immediate, .confirmed, .semantic] {
            var speech = OverlappingSpeech(mode, heard: 200) {
                $0.behavior.interruption.protectedStart = .milliseconds(1200)
            }
            speech.begin()
            speech.hear("stop talking")
            speech.talk.append(520)
            speech.pause()
            #expect(speech.levels.allSatisfy { $0 == 257 } && speech.count("speechStarted") == 0)
            speech.talk.append(500)
            speech.talk.input(.speechStopped)
            #expect(!speech.isInterrupted && speech.talk.committedItem == speech.item)
            speech.hearAll("stop talking")
            speech.talk.append(4000)
            #expect(speech.talk.done?.status == .completed && speech.count("responseCreated") == 2)
        }
    }

    @Test("Speech that outlasts the protected start is judged when it ends")
    func afterProtection() throws {
        for mode in [InterruptionSettings.Mode.immediate, .confirmed, .semantic] {
            var speech = OverlappingSpeech(mode, heard: 200) {
                $0.behavior.interruption.protectedStart = .milliseconds(1200)
            }
            speech.begin()
            speech.talk.append(900)
            #expect(!speech.isInterrupted)
            speech.talk.append(60)
            #expect(speech.decision == .milliseconds(1000))
        }
    }

    @Test("A sound within the protected start is no turn, nor is listening")
    func protectedNoise() {
        for (mode, text) in [(InterruptionSettings.Mode.confirmed, ""), (.semantic, "mm-hmm")] {
            var speech = OverlappingSpeech(mode, heard: 100) { $0.behavior.interruption.protectedStart = .seconds(2) }
            speech.begin()
            speech.hear(text)
            speech.talk.append(100)
            speech.pause()
            speech.talk.append(500)
            speech.talk.input(.speechStopped)
            #expect(speech.transcriptionIsCancelled && speech.count("inputAudioCommitted") == 0)
        }
    }

    @Test("What may be an echo is dismissed in time, and interrupts only if it outlasts the guard")
    func echoGuard() {
        for mode in [InterruptionSettings.Mode.immediate, .confirmed, .semantic] {
            for lasts in [true, false] {
                var speech = OverlappingSpeech(mode, heard: 300) {
                    $0.behavior.interruption.echoGuard = .milliseconds(1500)
                }
                speech.begin()
                speech.hear("one two")
                speech.talk.append(700)
                #expect(!speech.isInterrupted && speech.levels.contains(51) && speech.levels.last == 257)
                if !lasts { speech.pause() }
                speech.talk.append(600)
                if lasts { speech.hear("one two what about") }
                #expect(speech.isInterrupted == lasts)
                #expect(speech.count("speechStarted") == (lasts ? 1 : 0))
            }
        }
    }

    @Test("The answer's words do not count either when they come after the guard")
    func lateEcho() {
        var speech = OverlappingSpeech(.semantic, heard: 300) {
            $0.behavior.interruption.echoGuard = .milliseconds(600)
        }
        speech.say(250)
        speech.talk.append(300)
        speech.hearAll("one two three")
        #expect(!speech.isInterrupted && speech.transcriptionIsCancelled)
    }

    @Test("A stop word counts within the guard, unless the answer says it itself")
    func stopInGuard() {
        for (said, stops) in [("one stop two", false), ("one two three", true)] {
            var speech = OverlappingSpeech(.semantic, heard: nil) {
                $0.behavior.interruption.echoGuard = .milliseconds(1500)
            }
            speech.talk.spoken(said, milliseconds: 3000)
            speech.talk.append(300)
            speech.begin()
            speech.hear("stop")
            #expect(speech.isInterrupted == stops)
        }
    }
}
