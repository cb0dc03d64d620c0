import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

@Suite("Turns that are answered after an answer which may not be interrupted") struct OwedTurnTests {
    private static let fault = ProviderError(.speechToText, provider: "x", .unavailable, "Broken.")

    /// An answer of four seconds during which the user said something once for each result.
    private func talk(_ results: [Result<Transcript, ProviderError>?]) -> (ScriptedConversation, [ItemID]) {
        let talk = ScriptedConversation { configuration in
            var vad = ServerVAD()
            vad.interruptResponse = false
            configuration.input.turnDetection = .serverVAD(vad)
        }
        talk.client(.itemCreate(.user("count", id: "u1"), previous: .tail))
        talk.client(.responseCreate(ResponseRequest()))
        talk.spoken("one two three", milliseconds: 4000)
        talk.finishResponse()
        var items: [ItemID] = []
        for result in results {
            talk.speak(200, silence: 500)
            guard let item = talk.committedItem else { continue }
            items.append(item)
            give(result, item, talk)
        }
        return (talk, items)
    }

    private func give(_ result: Result<Transcript, ProviderError>?, _ item: ItemID, _ talk: ScriptedConversation) {
        switch result {
        case .success(let transcript): talk.input(.transcriptFinal(item, transcript))
        case .failure(let error): talk.input(.transcriptFailed(item, error))
        case nil: break
        }
    }

    private func responses(_ talk: ScriptedConversation) -> Int {
        talk.events.filter { $0.name == "responseCreated" }.count
    }

    @Test("Noise earns no answer, and its failed transcription no apology")
    func noise() {
        let (talk, items) = talk([.success(Transcript(text: "")), .failure(Self.fault)])
        #expect(items.count == 2)
        talk.advance(30_000)
        #expect(responses(talk) == 1 && talk.done?.status == .completed)
    }

    @Test("One of several with words is answered, once, when the transcripts of all are there")
    func words() {
        let (talk, items) = talk([.success(Transcript(text: "and then?")), nil])
        talk.advance(4_000)
        #expect(responses(talk) == 1)
        guard let last = items.last else {
            Issue.record("nothing was committed")
            return
        }
        give(.failure(Self.fault), last, talk)
        #expect(responses(talk) == 2)
        #expect(talk.response.flatMap { talk.plans[$0] }?.model.messages.last == .user([.text("and then?")]))
    }

    @Test("A transcript that comes after the answer decides then")
    func late() {
        for text in ["", "stop there"] {
            let (talk, items) = talk([nil])
            talk.advance(4_000)
            #expect(responses(talk) == 1 && items.count == 1)
            for item in items { give(.success(Transcript(text: text)), item, talk) }
            #expect(responses(talk) == (text.isEmpty ? 1 : 2))
        }
    }

    @Test("A new turn without words is no reason to leave those before it unanswered")
    func nextTurn() {
        let (talk, items) = talk([nil])
        talk.advance(4_000)
        talk.speak(200)
        #expect(responses(talk) == 2)
        for item in items { give(.success(Transcript(text: "and then?")), item, talk) }
        if let noise = talk.committedItem { give(.success(Transcript(text: "")), noise, talk) }
        #expect(talk.response.flatMap { talk.plans[$0] }?.model.messages.last == .user([.text("and then?")]))
    }

    @Test("Noise that interrupts the answer leaves the words before it no less answered", arguments: ["", "stop"])
    func noiseInterrupts(last: String) {
        let (talk, items) = talk([.success(Transcript(text: "and then?"))])
        var vad = ServerVAD()
        vad.interruptResponse = true
        var update = SessionUpdate()
        update.turnDetection = .set(.serverVAD(vad))
        talk.client(.sessionUpdate(update))
        talk.speak(200)
        #expect(items.count == 1 && talk.committedItem != items.first)
        if let item = talk.committedItem { give(.success(Transcript(text: last)), item, talk) }
        let words = ["and then?"] + (last.isEmpty ? [] : [last])
        let messages = talk.response.flatMap { talk.plans[$0] }?.model.messages
        #expect(messages?.suffix(words.count) == words.map { .user([.text($0)]) }[...], "\(messages ?? [])")
        #expect(responses(talk) == 2)
    }

    @Test("While the user speaks on, no answer to what came before begins")
    func speaksOn() {
        let (talk, items) = talk([nil])
        talk.advance(4_000)
        talk.append(100)
        talk.input(.speechStarted(position: talk.audio - .milliseconds(100)))
        for item in items { give(.success(Transcript(text: "and then?")), item, talk) }
        #expect(responses(talk) == 1)
        talk.client(.inputAudioClear)
        #expect(responses(talk) == 2)
    }

    @Test("Who cancels wants no other answer")
    func cancel() {
        let (talk, items) = talk([.success(Transcript(text: "and then?"))])
        #expect(items.count == 1)
        talk.client(.responseCancel(nil))
        talk.advance(10_000)
        #expect(responses(talk) == 1 && talk.done?.status == .cancelled(.clientCancelled))
    }
}
