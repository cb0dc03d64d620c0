import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

/// Answers begun at a pause, on the machine in virtual time.
@Suite("Speculation") struct SpeculationTests {
    private func conversation(
        givesPartials: Bool = true, semantic: Bool = false, createResponse: Bool = true,
        configure: (inout SessionConfiguration) -> Void = { _ in }
    ) -> ScriptedConversation {
        ScriptedConversation(
            configure: { configuration in
                var server = ServerVAD()
                server.createResponse = createResponse
                configuration.input.turnDetection = semantic ? .semanticVAD(SemanticVAD()) : .serverVAD(server)
                configuration.input.transcription = TranscriptionSettings(model: "m", language: "en")
                configuration.behavior.turnTaking.speculates = true
                configure(&configuration)
            }, givesPartials: givesPartials)
    }

    /// Speech in which `text` is heard, and the silence of a pause.
    private func say(_ text: String?, in talk: ScriptedConversation, isNew: Bool = true, pause: Int = 240) {
        if isNew { talk.input(.speechStarted(position: talk.position)) }
        talk.append(600)
        talk.input(.speechPaused(position: talk.position))
        if let text, let item = talk.openItem { talk.input(.transcriptPartial(item, text)) }
        talk.append(pause)
    }

    private func goOn(_ talk: ScriptedConversation) {
        talk.input(.speechResumed(position: talk.position))
        talk.append(160)
    }

    private func hear(_ text: String, in talk: ScriptedConversation) {
        guard let item = talk.committedItem else {
            Issue.record("no item was committed")
            return
        }
        talk.input(.transcriptFinal(item, Transcript(text: text)))
    }

    @Test("The model begins at the pause with the words so far; the client sees nothing before the turn is over")
    func adoption() throws {
        let talk = conversation()
        say("what time is it", in: talk)
        let id = try #require(talk.started.first)
        #expect(talk.plans[id]?.model.messages == [.user([.text("what time is it")])])
        talk.input(.response(id, .textDelta("Ten.")))
        talk.input(.response(id, .speechPiece("Ten.")))
        talk.input(.response(id, .speechAudio([UInt8](repeating: 1, count: 4800))))
        talk.append(100)
        #expect(talk.names() == ["sessionCreated", "speechStarted"])
        #expect(talk.items.isEmpty)
        talk.input(.speechStopped)
        #expect(talk.response == nil, "the final transcript may differ")
        hear("What time is it?", in: talk)
        #expect(talk.response == id)
        #expect(
            talk.names() == [
                "speechStopped", "inputAudioCommitted", "itemAdded", "itemDone", "transcriptionDelta",
                "transcriptionCompleted", "responseCreated", "outputItemAdded", "itemAdded", "contentPartAdded",
                "outputTranscriptDelta", "outputAudioDelta",
            ])
        #expect(talk.started == [id])
        #expect(talk.time(of: "outputAudioDelta") == talk.time(of: "inputAudioCommitted"))
        #expect(talk.reports.map(\.isAdopted) == [true])
        #expect(talk.reports.first?.discardedCount == 0)
        talk.finishResponse()
        talk.advance(1000)
        #expect(talk.done?.status == .completed)
        #expect(talk.items.count == 2)
    }

    @Test("Other words in the final transcript discard the answer, and the turn is answered as always")
    func changedWords() throws {
        let talk = conversation()
        say("what time is it", in: talk)
        let stale = try #require(talk.started.first)
        talk.input(.response(stale, .textDelta("Ten.")))
        talk.input(.speechStopped)
        hear("what time is it in Rome", in: talk)
        #expect(talk.actions.contains(.cancelResponse(stale)))
        let id = try #require(talk.response)
        #expect(id != stale)
        #expect(talk.plans[id]?.model.messages == [.user([.text("what time is it in Rome")])])
        talk.input(.response(stale, .speechPiece("Ten.")))
        talk.input(.response(stale, .speechAudio([UInt8](repeating: 1, count: 4800))))
        talk.advance(500)
        #expect(!talk.events.contains { $0.name == "outputAudioDelta" })
        #expect(talk.reports.first?.discarded == [.changed: 1])
        #expect((talk.reports.first?.inputTokens ?? 0) > 0)
        #expect(talk.reports.first?.isEstimated == true)
        #expect(talk.reports.first?.isAdopted == false)
    }

    @Test(
        "If the user goes on, the turn stays one, the answer is aborted unheard and a new one begins at the next pause")
    func resumed() throws {
        let talk = conversation()
        say("what time is it", in: talk)
        let stale = try #require(talk.started.first)
        talk.input(.response(stale, .textDelta("Ten.")))
        goOn(talk)
        #expect(talk.actions.last(where: { $0 == .cancelResponse(stale) }) != nil)
        say("what time is it in Rome", in: talk, isNew: false)
        #expect(talk.started.count == 2)
        talk.input(.speechStopped)
        hear("what time is it in Rome", in: talk)
        #expect(talk.response == talk.started.last)
        #expect(talk.events.filter { $0.name == "responseCreated" }.count == 1)
        #expect(talk.events.filter { $0.name == "inputAudioCommitted" }.count == 1)
        #expect(talk.reports.first?.begun == 2)
        #expect(talk.reports.first?.discarded == [.resumed: 1])
        #expect(talk.reports.first?.isAdopted == true)
    }

    @Test("A click in the pause does not end the speculation")
    func click() throws {
        let talk = conversation()
        say("what time is it", in: talk)
        talk.input(.speechResumed(position: talk.position))
        talk.append(40)
        talk.input(.speechPaused(position: talk.position))
        talk.append(300)
        talk.input(.speechStopped)
        hear("what time is it", in: talk)
        #expect(talk.started.count == 1)
        #expect(talk.response == talk.started.first)
    }

    @Test("No more answers are begun in vain than the budget allows")
    func budget() {
        for budget in [0, 2] {
            let talk = conversation { $0.behavior.turnTaking.speculationBudget = budget }
            say("what time is it", in: talk)
            for number in 0..<5 {
                goOn(talk)
                say("what time is it in \(number)", in: talk, isNew: false)
            }
            #expect(talk.started.count == budget)
            talk.input(.speechStopped)
            hear("what time is it", in: talk)
            #expect(talk.started.count == budget + 1)
            say("and here", in: talk)
            #expect(talk.reports.first?.discardedCount == (budget == 0 ? nil : 2))
        }
    }

    @Test("More words understood in the pause begin another answer; the same words do not")
    func laterPartial() throws {
        let talk = conversation()
        say("what time is it", in: talk)
        let item = try #require(talk.openItem)
        talk.input(.transcriptPartial(item, "What time is it?"))
        #expect(talk.started.count == 1)
        talk.input(.transcriptPartial(item, "what time is it now"))
        #expect(talk.started.count == 2)
        #expect(talk.actions.contains(.cancelResponse(try #require(talk.started.first))))
        talk.input(.transcriptPartial(item, "what time is it now in the"))
        #expect(talk.started.count == 2, "a turn that surely goes on is not answered")
        #expect(talk.actions.contains(.cancelResponse(try #require(talk.started.last))))
    }

    @Test("Nothing begins where it may not", arguments: 0..<7)
    func quiet(rule: Int) {
        let talk: ScriptedConversation
        switch rule {
        case 0: talk = conversation { $0.behavior.turnTaking.speculates = false }
        case 1: talk = conversation(createResponse: false)
        case 2: talk = conversation { $0.kind = .transcription }
        case 3:
            // Another response runs.
            talk = conversation {
                var vad = ServerVAD()
                vad.interruptResponse = false
                $0.input.turnDetection = .serverVAD(vad)
            }
            talk.client(.responseCreate(ResponseRequest()))
        case 4: talk = conversation { $0.behavior.turnTaking.speculationPause = .milliseconds(400) }
        default: talk = conversation()
        }
        let before = talk.started.count
        say(rule == 5 ? "the answer is the" : rule == 6 ? nil : "what time is it", in: talk)
        #expect(talk.started.count == before, "rule \(rule)")
        #expect(!talk.actions.contains { if case .transcribeSnapshot = $0 { true } else { false } })
    }

    @Test("What the client changes in the conversation discards the answer", arguments: 0..<5)
    func clientActs(what: Int) throws {
        let talk = conversation()
        say("what time is it", in: talk)
        let stale = try #require(talk.started.first)
        switch what {
        case 0: talk.client(.itemCreate(.user("by the way"), previous: .tail))
        case 1: talk.client(.inputAudioCommit)
        case 2: talk.client(.inputAudioClear)
        case 3:
            var update = SessionUpdate()
            update.instructions = "Sing."
            talk.client(.sessionUpdate(update))
        default: talk.client(.responseCreate(ResponseRequest()))
        }
        #expect(talk.actions.contains(.cancelResponse(stale)))
        talk.input(.speechStopped)
        if what == 2 {
            #expect(talk.committedItem == nil, "cleared audio becomes no item")
        } else {
            hear("what time is it", in: talk)
        }
        #expect(talk.response != stale)
        #expect(talk.errors.isEmpty)
    }

    @Test("The client knows nothing of it: it cannot be cancelled")
    func unknown() throws {
        let talk = conversation()
        say("what time is it", in: talk)
        talk.client(.responseCancel(talk.started.first))
        #expect(talk.errors.first?.code == .cancelNotActive)
    }

    @Test(
        "While the transcript is awaited, the next speech and the client find the turn's own response", arguments: 0..<3
    )
    func gap(what: Int) throws {
        let talk = conversation()
        say("what time is it", in: talk)
        talk.input(.speechStopped)
        #expect(talk.response == nil)
        switch what {
        case 0:
            talk.append(300)
            talk.input(.speechStarted(position: talk.position))
            #expect(talk.done?.status == .cancelled(.turnDetected))
        case 1:
            talk.client(.responseCancel(nil))
            #expect(talk.done?.status == .cancelled(.clientCancelled))
        default:
            talk.client(.responseCreate(ResponseRequest()))
            #expect(talk.errors.first?.code == .activeResponse)
        }
        #expect(talk.response != nil)
        #expect(talk.response != talk.started.first)
    }

    @Test("A transcript that fails fails the response, as always")
    func failedTranscript() throws {
        let talk = conversation()
        say("what time is it", in: talk)
        talk.input(.speechStopped)
        guard let item = talk.committedItem else {
            Issue.record("no item was committed")
            return
        }
        talk.input(.transcriptFailed(item, ProviderError(.speechToText, provider: "p", .unavailable, "Down.")))
        #expect(talk.done?.status == .failed(type: "server_error", code: "unavailable", message: "Down."))
        #expect(talk.done?.id != talk.started.first)
    }

    @Test("A model that fails early is asked again when the turn is over, and nobody hears of it")
    func failedModel() throws {
        let talk = conversation()
        say("what time is it", in: talk)
        let stale = try #require(talk.started.first)
        talk.input(.response(stale, .failed(ProviderError(.languageModel, provider: "p", .unavailable, "Down."))))
        talk.input(.speechStopped)
        hear("what time is it", in: talk)
        #expect(talk.started.count == 2)
        #expect(talk.response == talk.started.last)
        #expect(talk.reports.first?.discarded == [.failed: 1])
        #expect(!talk.events.contains { $0.name == "responseDone" })
    }

    @Test("Tools are called once the turn is over")
    func tools() throws {
        let talk = conversation { $0.tools = [.function(FunctionTool(name: "clock"))] }
        say("what time is it", in: talk)
        let id = try #require(talk.started.first)
        talk.input(.response(id, .toolCallStarted(index: 0, name: "clock")))
        talk.input(.response(id, .toolCallArgumentsDelta(index: 0, delta: "{}")))
        talk.input(.response(id, .modelFinished(LanguageModelResult(finishReason: .toolCalls))))
        talk.input(.response(id, .speechFinished))
        talk.append(100)
        #expect(!talk.events.contains { $0.name == "functionArgumentsDone" })
        talk.input(.speechStopped)
        hear("what time is it", in: talk)
        #expect(talk.events.filter { $0.name == "functionArgumentsDone" }.count == 1)
        #expect(talk.done?.status == .completed)
    }

    @Test("Without partial results the audio up to the pause is transcribed, once, and the model begins with that")
    func snapshot() throws {
        let talk = conversation(givesPartials: false)
        say(nil, in: talk)
        let name = try #require(talk.snapshots.first)
        #expect(talk.started.isEmpty)
        talk.input(.snapshotTranscribed(name, .success(Transcript(text: "what time is it"))))
        let id = try #require(talk.started.first)
        talk.append(100)
        talk.input(.speechStopped)
        #expect(talk.response == id)
        #expect(talk.names().suffix(2) == ["transcriptionCompleted", "responseCreated"])
        guard let item = talk.committedItem else {
            Issue.record("no item was committed")
            return
        }
        #expect(talk.actions.contains(.cancelTranscription(item)))
        #expect(!talk.actions.contains(.endTranscription(item)))
        #expect(talk.reports.map(\.isAdopted) == [true])
    }

    @Test("A turn that is over before its early transcript waits for that one, or for its failure")
    func lateSnapshot() throws {
        for fails in [false, true] {
            let talk = conversation(givesPartials: false)
            say(nil, in: talk)
            talk.input(.speechStopped)
            let id = try #require(talk.response)
            let name = try #require(talk.snapshots.first)
            #expect(talk.started.isEmpty)
            let error = ProviderError(.speechToText, provider: "p", .unavailable, "Down.")
            talk.input(.snapshotTranscribed(name, fails ? .failure(error) : .success(Transcript(text: "yes"))))
            #expect(talk.started == (fails ? [] : [id]))
            #expect((talk.done != nil) == fails)
        }
    }

    @Test("An early transcript that never comes is given up at the deadline")
    func overdueSnapshot() throws {
        let talk = conversation(givesPartials: false)
        say(nil, in: talk)
        talk.input(.speechStopped)
        talk.advance(25_000)
        #expect(talk.actions.contains(.cancelSnapshot(try #require(talk.snapshots.first))))
        #expect(talk.done?.status != nil)
    }

    @Test("If the user goes on, the early transcription is aborted too, and its late result ignored")
    func staleSnapshot() throws {
        let talk = conversation(givesPartials: false)
        say(nil, in: talk)
        let name = try #require(talk.snapshots.first)
        goOn(talk)
        #expect(talk.actions.contains(.cancelSnapshot(name)))
        talk.input(.snapshotTranscribed(name, .success(Transcript(text: "what time is it"))))
        #expect(talk.started.isEmpty)
        say(nil, in: talk, isNew: false)
        #expect(talk.snapshots.count == 2)
    }

    @Test(
        "An early transcript of an unfinished sentence begins no answer, tells semantic_vad to wait, and is used all the same"
    )
    func unfinishedSnapshot() throws {
        let talk = conversation(givesPartials: false, semantic: true)
        say(nil, in: talk)
        let name = try #require(talk.snapshots.first)
        talk.input(.snapshotTranscribed(name, .success(Transcript(text: "I would like to go to the"))))
        #expect(talk.started.isEmpty)
        talk.append(1500)
        #expect(talk.stops == 0)
        talk.append(3000)
        #expect(talk.stops == 1)
        #expect(talk.started == [try #require(talk.response)])
        #expect(talk.snapshots.count == 1)
    }

    @Test("semantic_vad adopts as server_vad does")
    func semantic() throws {
        let talk = conversation(semantic: true)
        say("what time is it", in: talk, pause: 800)
        #expect(talk.stops == 1)
        hear("what time is it", in: talk)
        #expect(talk.started.count == 1)
        #expect(talk.response == talk.started.first)
    }

    @Test("When the client leaves, all early work stops", arguments: [true, false])
    func leaves(givesPartials: Bool) throws {
        let talk = conversation(givesPartials: givesPartials)
        say("what time is it", in: talk)
        talk.input(.disconnected)
        if givesPartials {
            #expect(talk.actions.contains(.cancelResponse(try #require(talk.started.first))))
        } else {
            #expect(talk.actions.contains(.cancelSnapshot(try #require(talk.snapshots.first))))
        }
        #expect(talk.reports.first?.discarded == [.abandoned: 1])
        #expect(talk.pendingTimers.isEmpty)
    }
}

extension ScriptedConversation {
    /// Responses that the model was asked for, in order.
    var started: [ResponseID] {
        actions.compactMap { if case .startResponse(let id, _) = $0 { id } else { nil } }
    }

    /// Early transcriptions, in order.
    var snapshots: [ResponseID] {
        actions.compactMap { if case .transcribeSnapshot(let id, _, _) = $0 { id } else { nil } }
    }

    /// What became of speculations, by turn.
    var reports: [SpeculationReport] {
        actions.compactMap { if case .reportSpeculation(let report) = $0 { report } else { nil } }
    }
}
