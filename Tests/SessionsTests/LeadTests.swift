import Audio
import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

@Suite("The lead of the audio before the listener's clock") struct LeadTests {
    private static let leads = [(40, 40), (80, 60), (40, 2_000), (2_000, 40), (2_000, 2_000)]

    /// An answer of ten words in 4.8 s of audio, which has just begun.
    private func answering(_ start: Int, _ steady: Int) -> ScriptedConversation {
        let talk = ScriptedConversation {
            $0.behavior.output.startLead = .milliseconds(start)
            $0.behavior.output.steadyLead = .milliseconds(steady)
            $0.input.turnDetection = .serverVAD(ServerVAD())
        }
        talk.client(.itemCreate(.user("count"), previous: .tail))
        talk.client(.responseCreate(ResponseRequest()))
        talk.spoken("one two three four five six seven eight nine ten", milliseconds: 4_800)
        talk.finishResponse()
        return talk
    }

    private func milliseconds(_ talk: ScriptedConversation) -> Int {
        talk.sentAudio.reduce(0) { $0 + $1.bytes.count } / 48
    }

    @Test("is what the session says, at the start and later", arguments: leads)
    func lead(start: Int, steady: Int) {
        let talk = answering(start, steady)
        #expect(milliseconds(talk) == max(start, start < steady ? steady : 0))
        for elapsed in stride(from: 20, through: 2_780, by: 20) {
            talk.advance(20)
            let ahead = milliseconds(talk) - elapsed
            #expect(ahead >= min(start, steady) - 20 && ahead <= max(start, steady))
        }
        #expect(milliseconds(talk) - 2_780 <= steady)
    }

    @Test("never ends an item before it was heard", arguments: leads)
    func end(start: Int, steady: Int) {
        let talk = answering(start, steady)
        talk.advance(10_000)
        #expect(talk.time(of: "outputAudioDone") == .milliseconds(4_800))
        #expect(talk.done?.status == .completed)
    }

    @Test("leaves in the history what was heard, however much was sent", arguments: leads)
    func interruption(start: Int, steady: Int) {
        for interrupts in [false, true] {
            let talk = answering(start, steady)
            talk.append(2_400)
            if interrupts {
                talk.input(.speechStarted(position: .milliseconds(2_400)))
            } else {
                talk.client(.responseCancel(nil))
            }
            #expect(talk.transcript == "one two three four five")
            let sent = milliseconds(talk)
            talk.advance(5_000)
            #expect(milliseconds(talk) == sent)
        }
    }

    @Test("of typing never delays an answer by more than 200 ms")
    func typing() throws {
        let talk = ScriptedConversation.typing(try TypingLoop(duration: .milliseconds(500))) {
            $0.behavior.output.startLead = .seconds(2)
            $0.behavior.output.steadyLead = .seconds(2)
        }
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(3_000)
        let typed = talk.comfortSent
        #expect(typed > 0)
        talk.spoken("one", milliseconds: 100)
        #expect(talk.sentAudio.contains { !$0.isComfort })
        #expect(typed <= 3_000 - 300 + 200 && typed >= 2_500)
    }
}
