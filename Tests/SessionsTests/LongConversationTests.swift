import Core
import Foundation
import Pipeline
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

/// A talk of two hours in virtual time: whole sessions, with a model that forgets whatever no prompt tells it.
@Suite("Two hours of conversation") struct LongConversationTests {
    private static let turns = 400
    private static let turnLength = Duration.seconds(18)
    private static let budget = 2000

    /// One session, and what its model was asked.
    private final class Talk {
        let prompts = LoopLog<LanguageModelRequest>()
        let summaries = LoopLog<LanguageModelRequest>()
        let cancelled = LoopLog<MonotonicInstant>()
        let live: LiveSession
        var loop: VirtualTimeLoop { live.loop }

        init(_ configure: (inout SessionConfiguration) -> Void = { _ in }) {
            var settings = SessionSettings()
            settings.maximumDuration = .seconds(3 * 3600)
            settings.contextTokens = 4000
            settings.maximumItems = 400
            let (prompts, summaries, cancelled) = (prompts, summaries, cancelled)
            live = LiveSession(
                configure: { configuration in
                    configuration.outputModality = .text
                    configuration.instructions = "Be kind. " + String(repeating: "Really. ", count: 200)
                    configuration.tools = [.function(FunctionTool(name: "look_up", description: "finds things"))]
                    configuration.behavior.summary.budget = LongConversationTests.budget
                    configure(&configuration)
                }, settings: settings,
                providers: { loop in
                    let speech = ScriptedTTS(loop: loop, requests: LoopLog())
                    return SessionProviders(
                        voiceActivity: LoudnessDetectorFactory(),
                        speechToText: ScriptedSTT(loop: loop, heard: LoopLog()),
                        languageModel: RememberingLLM(
                            loop: loop, requests: prompts, summaries: summaries, cancelled: cancelled,
                            answer: Self.answer),
                        textToSpeech: speech, comfort: LiveSession.comfort(speech, loop))
                })
        }

        @Sendable private static func answer(_ request: LanguageModelRequest) -> RememberingLLM.Answer {
            guard case .user(let parts)? = request.messages.last, case .text(let text)? = parts.first,
                text.contains("look it up")
            else { return .text("I see. " + String(repeating: "words ", count: 30)) }
            return .call("look_up", arguments: "{\"what\":\"order\"}")
        }

        func ask(_ text: String) {
            live.send(
                #"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"\#(text)"}]}}"#
            )
            live.send(#"{"type":"response.create"}"#)
        }

        func answer(_ call: String, _ output: String) {
            live.send(
                #"{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"\#(call)","output":"\#(output)"}}"#
            )
            live.send(#"{"type":"response.create"}"#)
        }

        /// Turns of about a hundred tokens, one a fifth of a second, until a summary is begun.
        func talkUntilSummary() {
            for turn in 1...60 where summaries.values.isEmpty {
                ask("This is turn \(turn). " + String(repeating: "talk ", count: 60))
                loop.advance(by: .milliseconds(200))
            }
        }
    }

    @Test("The first minute's facts are in the last prompt, no prompt is beyond the budget, and memory is bounded")
    func twoHours() throws {
        let talk = Talk()
        var items = 0
        var calls: [String] = []
        var errors: [String] = []
        talk.live.connection.onFrame = { bytes in
            guard let event = try? JSONValue.parse(bytes) else { return errors.append("no JSON") }
            switch event["type"]?.string {
            case "conversation.item.added": items += 1
            case "conversation.item.deleted": items -= 1
            case "response.function_call_arguments.done": calls.append(event["call_id"]?.string ?? "")
            case "error": errors.append(event["error"]?["message"]?.string ?? "")
            default: break
            }
        }
        var most = 0
        for turn in 1...Self.turns {
            let end = talk.live.elapsed + Self.turnLength
            if turn % 20 == 0 {
                talk.live.say(milliseconds: 800, loud: true)
                talk.live.say(milliseconds: 800, loud: false)
            } else {
                var text = "This is turn \(turn). " + String(repeating: "talk ", count: 20)
                if turn == 2 { text += " My name is fact:Ada-4711 by the way." }
                if turn % 4 == 3 { text += " Please look it up." }
                talk.ask(text)
            }
            talk.loop.advance(by: .seconds(1))
            while let call = calls.popLast() {
                talk.answer(call, turn == 3 ? "The order is fact:order-9912 of today." : "Nothing was found.")
            }
            most = max(most, items)
            talk.loop.advance(by: end - talk.live.elapsed)
        }
        #expect(errors.isEmpty)
        #expect(talk.live.elapsed >= .seconds(7200))
        #expect(most <= 400 && items <= 400)
        #expect(talk.prompts.values.count >= Self.turns)
        for request in talk.prompts.values {
            let conversation = Array(request.messages.dropFirst())
            #expect(conversation.tokens <= Self.budget)
            #expect(conversation.pairsCalls)
        }
        for request in talk.summaries.values { #expect(request.messages.tokens <= 4000) }
        let applied = talk.live.observer.summaries.filter { $0.outcome == .applied }
        #expect(applied.count == talk.live.observer.summaries.count && applied.count >= 10)
        #expect(applied.allSatisfy { ($0.conversationTokens ?? .max) <= Self.budget * 2 / 5 + 200 })
        let last = try #require(talk.prompts.values.last).messages.text
        #expect(last.contains("fact:Ada-4711") && last.contains("fact:order-9912"))
        #expect(!last.contains("This is turn 2."))
        talk.live.disconnect()
        talk.loop.advance(by: .seconds(60))
        #expect(talk.loop.pendingTimers == 0)
    }

    @Test("Without summaries the same talk forgets them, so that the test above can fail")
    func forgets() throws {
        let talk = Talk { $0.behavior.summary.isEnabled = false }
        talk.ask("My name is fact:Ada-4711 by the way.")
        for turn in 2...60 {
            talk.loop.advance(by: Self.turnLength)
            talk.ask("This is turn \(turn). " + String(repeating: "talk ", count: 60))
        }
        talk.loop.advance(by: Self.turnLength)
        #expect(!(try #require(talk.prompts.values.last)).messages.text.contains("fact:Ada-4711"))
    }

    @Test("A summary goes on while the user is answered, and neither it nor its end delays a turn")
    func beside() throws {
        let talk = Talk()
        talk.talkUntilSummary()
        #expect(talk.live.last("response.done")?.at == talk.loop.now)
        talk.ask("And now?")
        talk.loop.advance(by: .milliseconds(200))
        #expect(talk.live.last("response.done")?.at == talk.loop.now)
        #expect(talk.live.observer.summaries.isEmpty)
        talk.loop.advance(by: .seconds(4))
        #expect(talk.live.observer.summaries.map(\.outcome) == [.applied])
        #expect(talk.live.observer.summaries.first?.duration == .seconds(4))
    }

    @Test("The end of the session stops the summary at the provider; a response that is cancelled does not")
    func cancelled() {
        let talk = Talk()
        talk.talkUntilSummary()
        #expect(talk.summaries.values.count == 1)
        talk.ask("Never mind.")
        talk.live.send(#"{"type":"response.cancel"}"#)
        #expect(talk.cancelled.values.count == 1)
        talk.live.disconnect()
        #expect(talk.cancelled.values.count == 2)
        talk.loop.advance(by: .seconds(60))
        #expect(talk.live.observer.summaries.isEmpty && talk.loop.pendingTimers == 0)
    }
}
