import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

@Suite("Interruption modes") struct InterruptionModeTests {
    static let weighing = [InterruptionSettings.Mode.confirmed, .semantic]

    // MARK: What interrupts

    @Test("Immediate: the onset interrupts, whatever it was")
    func immediate() {
        var speech = OverlappingSpeech(.immediate)
        speech.begin()
        #expect(speech.isInterrupted && speech.levels.allSatisfy { $0 == 257 })
        #expect(speech.history == "one two")
    }

    @Test(
        "Confirmed: speech that lasts interrupts once it has lasted, noise does not",
        arguments: [100, 200, 280, 320, 900])
    func confirmed(milliseconds: Int) throws {
        var speech = OverlappingSpeech(.confirmed)
        speech.say(milliseconds)
        guard milliseconds >= 300 else {
            #expect(!speech.isInterrupted && speech.talk.names() == ["outputAudioDelta"])
            #expect(speech.transcriptionIsCancelled)
            return
        }
        let decision = try #require(speech.decision)
        #expect((.milliseconds(300)...(.milliseconds(340))).contains(decision))
        #expect(speech.count("speechStarted") == 1 && speech.count("inputAudioCommitted") == 1)
    }

    @Test(
        "Semantic: listening does not interrupt, not even for long",
        arguments: ["mm-hmm", "uh huh", "yes", "Okay.", "yeah right", "I see"])
    func backchannel(text: String) {
        var speech = OverlappingSpeech(.semantic)
        speech.begin()
        speech.talk.append(180)
        speech.hear(text)
        speech.talk.append(700)
        speech.pause()
        speech.talk.append(500)
        speech.talk.input(.speechStopped)
        speech.hearAll(text)
        speech.talk.append(500)
        #expect(speech.talk.names() == ["outputAudioDelta"])
        speech.talk.advance(4000)
        #expect(speech.talk.done?.status == .completed)
        #expect(speech.talk.items.count == 2 && speech.history == OverlappingSpeech.words)
        #expect(speech.talk.pendingTimers == [.sessionExpiry])
    }

    @Test(
        "Semantic: a stop word interrupts when it is heard, also alone",
        arguments: ["stop", "Wait", "no", "okay hold on"])
    func stopWord(text: String) {
        var speech = OverlappingSpeech(.semantic)
        speech.begin()
        speech.talk.append(120)
        #expect(!speech.isInterrupted)
        speech.hear(text)
        #expect(speech.decision == .milliseconds(200))
    }

    @Test("Semantic: other words interrupt, as many as are asked for, counted in each utterance", arguments: [1, 3])
    func words(minimum: Int) {
        var speech = OverlappingSpeech(.semantic) { $0.behavior.interruption.minimumWords = minimum }
        if minimum > 1 {
            speech.say(200)
            speech.hearAll("tell me")
            #expect(!speech.isInterrupted && speech.transcriptionIsCancelled)
        }
        speech.begin()
        speech.talk.append(100)
        speech.hear("yes tell")
        #expect(speech.isInterrupted == (minimum == 1))
        speech.talk.append(500)
        speech.hear("yes tell me")
        #expect(speech.isInterrupted == (minimum == 1))
        speech.hear("yes tell me more")
        #expect(speech.isInterrupted)
    }

    @Test("Semantic without words: speech interrupts once it is longer than any listening, a sound does not")
    func withoutWords() throws {
        var speech = OverlappingSpeech(.semantic)
        speech.say(260)
        #expect(!speech.isInterrupted)
        // A provider that tells words only after the end.
        speech.hearAll("")
        #expect(speech.talk.names() == ["outputAudioDelta"])
        speech.begin()
        speech.talk.append(420)
        #expect(!speech.isInterrupted)
        speech.talk.append(300)
        let decision = try #require(speech.decision)
        #expect((.milliseconds(700)...(.milliseconds(740))).contains(decision))
    }

    @Test("Semantic: while somebody speaks whose words are not known yet, the answer comes back slowly")
    func slowReturn() {
        let quick = [51, 257]
        for isSpeaking in [true, false] {
            var speech = OverlappingSpeech(.semantic)
            speech.begin()
            speech.talk.append(200)
            if !isSpeaking { speech.pause() }
            speech.talk.append(100)
            #expect(speech.levels.last == 51)
            let before = speech.levels.count
            speech.talk.append(200)
            let levels = speech.levels[before...]
            #expect(levels.allSatisfy { quick.contains($0) } != isSpeaking)
            #expect(zip(levels, levels.dropFirst()).allSatisfy { $0 <= $1 } && !speech.isInterrupted)
        }
    }

    @Test("Semantic: a short \"stop\" whose words come after its end still interrupts, as a whole turn")
    func lateWords() {
        var speech = OverlappingSpeech(.semantic)
        speech.say(260)
        #expect(!speech.isInterrupted && speech.talk.names() == ["outputAudioDelta"])
        speech.talk.append(300)
        speech.hearAll("Stop.")
        let names = speech.talk.names()
        #expect(names.prefix(3) == ["outputAudioDelta", "speechStarted", "outputAudioDone"])
        #expect(
            names.suffix(7) == [
                "responseDone", "speechStopped", "inputAudioCommitted", "itemAdded", "itemDone", "responseCreated",
                "transcriptionDelta",
            ] || names.suffix(8).contains("transcriptionCompleted"))
        #expect(speech.isInterrupted && speech.history == "one two three four")
        let plan = speech.talk.response.flatMap { speech.talk.plans[$0] }
        #expect(plan?.model.messages.last == .user([.text("Stop.")]))
        guard case .speechStopped(_, let end)? = speech.talk.events.first(where: { $0.name == "speechStopped" }) else {
            Issue.record("no end of speech")
            return
        }
        #expect(end == .milliseconds(500 + 1000 + 260 + 500))
    }

    @Test("Disabled: speech never stops the answer, the client hears nothing of it, and it is answered afterwards")
    func disabled() {
        var speech = OverlappingSpeech(.disabled)
        speech.say(1500)
        speech.hearAll("what about tomorrow")
        let names = speech.talk.names()
        #expect(!names.contains("speechStarted") && names.contains("inputAudioCommitted"))
        #expect(speech.levels.allSatisfy { $0 == 257 })
        speech.talk.append(3000)
        #expect(speech.talk.events.last?.name == "responseCreated")
        #expect(speech.history == OverlappingSpeech.words)
        let plan = speech.talk.response.flatMap { speech.talk.plans[$0] }
        #expect(plan?.model.messages.last == .user([.text("what about tomorrow")]))
    }

    @Test(
        "Where interrupt_response is false nothing interrupts, and the client hears of speech at once",
        arguments: weighing)
    func notAllowed(mode: InterruptionSettings.Mode) {
        var speech = OverlappingSpeech(mode) { configuration in
            var vad = ServerVAD()
            vad.interruptResponse = false
            configuration.input.turnDetection = .serverVAD(vad)
        }
        speech.begin()
        #expect(speech.count("speechStarted") == 1)
        speech.talk.append(1000)
        #expect(!speech.isInterrupted && speech.levels.allSatisfy { $0 == 257 })
    }

    // MARK: When, and what is heard of it

    @Test("The decision comes at most 400 ms after the first sound, also when audio comes late and in large pieces")
    func deadline() throws {
        for late in [80, 200, 380, 600] {
            let speech = OverlappingSpeech(.semantic)
            let onset = speech.talk.now
            speech.talk.append(late)
            speech.talk.input(.speechStarted(position: onset - .zero))
            // No audio comes any more.
            speech.talk.advance(1000)
            let gains = speech.levels.suffix(20)
            #expect(gains.allSatisfy { $0 == 257 } || speech.isInterrupted)
            if let done = speech.talk.time(of: "responseDone"), speech.isInterrupted {
                #expect(done - (onset - .zero) <= .milliseconds(max(400, late)))
            }
        }
    }

    @Test("The answer is ducked with the next frame and comes back with a ramp", arguments: weighing)
    func ducking(mode: InterruptionSettings.Mode) {
        var speech = OverlappingSpeech(mode) { $0.behavior.interruption.duckGain = 0.2 }
        speech.begin()
        let before = speech.levels.count
        speech.talk.append(60)
        let ducked = Array(speech.levels[before...])
        #expect(ducked.count >= 2 && ducked.allSatisfy { $0 == 51 }, "one frame is the ramp")
        speech.pause()
        speech.talk.append(400)
        #expect(speech.levels.suffix(4).allSatisfy { $0 == 257 })
        #expect(Set(speech.levels) == [257, 51])
        #expect(!speech.isInterrupted)
    }

    @Test("speech_started waits for the decision, comes once, and tells where the speech began", arguments: weighing)
    func announcement(mode: InterruptionSettings.Mode) {
        var speech = OverlappingSpeech(mode)
        speech.begin()
        #expect(speech.count("speechStarted") == 0 && speech.item != nil)
        speech.talk.append(1000)
        #expect(speech.isInterrupted && speech.count("speechStarted") == 1)
        let start = speech.onset - .milliseconds(300)
        #expect(speech.talk.events.contains(.speechStarted(speech.item ?? ItemID(""), audioStart: start)))
        #expect(speech.talk.actions.contains { if case .beginTranscription(_, _, start) = $0 { true } else { false } })
        speech.talk.input(.speechStopped)
        #expect(speech.count("speechStopped") == 1 && speech.talk.committedItem == speech.item)
        #expect(speech.talk.response != speech.talk.done?.id)
    }

    @Test("Two coughs with a breath between them are not one speech, and each ducks for itself")
    func coughs() {
        var speech = OverlappingSpeech(.confirmed)
        speech.begin()
        speech.talk.append(100)
        for _ in 0..<3 {
            speech.pause()
            speech.talk.append(300)
            speech.resume()
            speech.talk.append(160)
        }
        speech.pause()
        speech.talk.append(500)
        #expect(!speech.isInterrupted)
        #expect(speech.levels.filter { $0 == 51 }.count > 30)
        speech.resume()
        speech.talk.append(400)
        #expect(speech.isInterrupted)
    }

    @Test("Dismissed speech interrupts when words follow")
    func afterDismissal() {
        var speech = OverlappingSpeech(.semantic)
        speech.begin()
        speech.hear("yeah")
        speech.talk.append(900)
        #expect(!speech.isInterrupted && speech.levels.last == 257)
        speech.hear("yeah but what")
        #expect(speech.isInterrupted && speech.count("speechStarted") == 1)
        speech.talk.append(500)
        speech.talk.input(.speechStopped)
        #expect(speech.talk.committedItem == speech.item)
    }

    @Test("The history and the next prompt hold what was heard when it was decided")
    func history() {
        var speech = OverlappingSpeech(.confirmed, heard: 1900)
        speech.say(700)
        #expect(speech.history == "one two three four five")
        speech.hearAll("never mind")
        let plan = speech.talk.response.flatMap { speech.talk.plans[$0] }
        #expect(
            plan?.model.messages == [
                .user([.text("count")]), .assistant(text: "one two three four five", toolCalls: []),
                .user([.text("never mind")]),
            ])
        #expect(speech.talk.actions.contains { if case .cancelResponse = $0 { true } else { false } })
    }
}
