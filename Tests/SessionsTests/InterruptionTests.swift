import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

@Suite("Interruption and truncation") struct InterruptionTests {
    /// A conversation whose assistant has been speaking for `heard` milliseconds.
    private func speaking(heard: Int, interrupt: Bool = true) -> ScriptedConversation {
        let talk = ScriptedConversation { configuration in
            var vad = ServerVAD()
            vad.interruptResponse = interrupt
            configuration.input.turnDetection = .serverVAD(vad)
        }
        talk.client(.itemCreate(.user("count"), previous: .tail))
        talk.client(.responseCreate(ResponseRequest()))
        talk.spoken("one two three four five six seven eight nine ten", milliseconds: 4800)
        talk.finishResponse()
        talk.append(heard)
        _ = talk.names()
        return talk
    }

    private func transcript(_ talk: ScriptedConversation) -> String? {
        guard case .message(.assistant, let parts)? = talk.items.last(where: \.isAssistant)?.content,
            case .outputAudio(let text)? = parts.first
        else { return nil }
        return text
    }

    @Test("Speech during an answer ends it at once in the order of protocol section 3.6")
    func bargeIn() {
        let talk = speaking(heard: 2400)
        talk.input(.speechStarted(position: .milliseconds(2400)))
        #expect(
            talk.names() == [
                "speechStarted", "outputAudioDone", "outputTranscriptDone", "contentPartDone", "itemDone",
                "outputItemDone", "responseDone",
            ])
        #expect(talk.done?.status == .cancelled(.turnDetected))
        #expect(transcript(talk) == "one two three four five")
        let sent = talk.audioSent
        talk.advance(3000)
        #expect(talk.audioSent == sent)
    }

    @Test("The next prompt holds the words that were heard and no others")
    func promptAfterBargeIn() throws {
        let talk = speaking(heard: 2400)
        talk.input(.speechStarted(position: .milliseconds(2400)))
        talk.append(600)
        talk.input(.speechStopped)
        let item = try #require(talk.committedItem)
        talk.input(.transcriptFinal(item, Transcript(text: "stop")))
        #expect(
            talk.response.flatMap { talk.plans[$0] }?.model.messages == [
                .user([.text("count")]), .assistant(text: "one two three four five", toolCalls: []),
                .user([.text("stop")]),
            ])
    }

    @Test("With interrupt_response false the answer runs on and the new turn is answered after it")
    func noInterruption() {
        let talk = speaking(heard: 1000, interrupt: false)
        talk.input(.speechStarted(position: .milliseconds(1000)))
        talk.append(500)
        talk.input(.speechStopped)
        #expect(!talk.names().contains("responseDone"))
        guard let item = talk.committedItem else {
            Issue.record("nothing was committed")
            return
        }
        talk.input(.transcriptFinal(item, Transcript(text: "and then?")))
        talk.advance(4000)
        #expect(talk.names().suffix(2) == ["responseDone", "responseCreated"])
    }

    @Test("A truncation by the client's clock cuts the item at that word")
    func truncate() throws {
        let talk = speaking(heard: 2400)
        talk.input(.speechStarted(position: .milliseconds(2400)))
        let item = try #require(talk.items.last(where: \.isAssistant)?.id)
        talk.client(.itemTruncate(item, contentIndex: 0, audioEnd: .milliseconds(1000)))
        #expect(transcript(talk) == "one two")
        #expect(talk.events.last == .itemTruncated(item, contentIndex: 0, audioEnd: .milliseconds(1000)))
    }

    @Test("The exact length is accepted, a little more is taken for the end, a second more is refused")
    func truncateLimits() throws {
        let talk = speaking(heard: 5000)
        let item = try #require(talk.items.last(where: \.isAssistant)?.id)
        talk.client(.itemTruncate(item, contentIndex: 0, audioEnd: .milliseconds(5800)))
        #expect(talk.errors.first?.message == "Audio content of 4800ms is already shorter than 5800ms")
        talk.client(.itemTruncate(item, contentIndex: 0, audioEnd: .milliseconds(4900)))
        talk.client(.itemTruncate(item, contentIndex: 0, audioEnd: .milliseconds(4800)))
        #expect(talk.errors.count == 1)
        #expect(transcript(talk) == "one two three four five six seven eight nine ten")
    }

    @Test("Truncating an answer in progress stops its audio; a cancel after it is no error")
    func truncateInProgress() throws {
        let talk = ScriptedConversation()
        talk.client(.responseCreate(ResponseRequest()))
        talk.spoken("one two three four five six seven eight", milliseconds: 4000)
        talk.advance(2000)
        let item = try #require(talk.items.last?.id)
        talk.client(.itemTruncate(item, contentIndex: 0, audioEnd: .milliseconds(1900)))
        let sent = talk.audioSent
        talk.spoken("nine ten", milliseconds: 1000)
        talk.advance(3000)
        #expect(talk.audioSent == sent)
        talk.client(.responseCancel(nil))
        #expect(talk.errors.isEmpty)
        #expect(talk.done?.status == .cancelled(.clientCancelled))
        #expect(transcript(talk) == "one two three four")
    }

    @Test("Only the model's audio can be truncated")
    func truncateOthers() {
        let talk = ScriptedConversation()
        talk.client(.itemCreate(.user("hello", id: "u"), previous: .tail))
        talk.client(.itemTruncate(ItemID("u"), contentIndex: 0, audioEnd: .zero))
        #expect(talk.errors.last?.message == "Only model output audio messages can be truncated")
        talk.client(.itemTruncate(ItemID("none"), contentIndex: 0, audioEnd: .zero))
        #expect(talk.errors.last?.code == .invalidTruncateItemID)
    }
}

extension ConversationItem {
    var isAssistant: Bool { if case .message(.assistant, _) = content { true } else { false } }
}
