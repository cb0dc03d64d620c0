import Core
import Pipeline
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

/// How long the parts of a turn took, to the millisecond.
@Suite("Latency") struct LatencyTests {
    private typealias Phase = ResponseLatency.Phase

    /// The parts in milliseconds; nil parts are left out.
    private func parts(_ latency: ResponseLatency) -> [String: Int] {
        var parts: [String: Int] = [:]
        for phase in Phase.allCases { parts[phase.rawValue] = latency[phase]?.wholeMilliseconds }
        return parts
    }

    private func reports(_ talk: ScriptedConversation) -> [TurnReport] {
        talk.actions.compactMap { if case .report(let report) = $0 { report } else { nil } }
    }

    @Test("A spoken turn counts from when the user fell silent")
    func spokenTurn() throws {
        let talk = ScriptedConversation()
        talk.append(200)
        talk.input(.speechStarted(position: .milliseconds(100)))
        talk.append(1000)
        talk.input(.speechPaused(position: .milliseconds(1200)))
        talk.append(500)
        talk.input(.speechStopped)
        let item = try #require(talk.committedItem)
        talk.advance(120)
        talk.input(.transcriptFinal(item, Transcript(text: "hello")))
        let id = try #require(talk.response)
        talk.advance(200)
        talk.input(.response(id, .textDelta("Hi ")))
        talk.advance(60)
        talk.input(.response(id, .textDelta("there.")))
        talk.input(.response(id, .speechRequested))
        talk.advance(90)
        talk.spoken("Hi there.", milliseconds: 400)
        talk.advance(40)
        talk.input(.response(id, .speechRequested))
        talk.finishResponse()
        talk.advance(1000)
        let report = try #require(reports(talk).first)
        #expect(report.outcome == .answered)
        #expect(report.latency.origin == .speech)
        let total = 500 + 120 + 260 + 90
        #expect(
            parts(report.latency) == [
                "silence_window": 500, "transcript": 120, "first_token": 200, "first_piece": 260, "first_speech": 90,
                "first_sound": total, "first_sent": total, "first_heard": total, "engine": 0,
            ])
        #expect(reports(talk).count == 1)
    }

    @Test("Audio that leaves behind other audio is heard when that is over")
    func heard() throws {
        // What is heard of an apology's response before it fails is not the apology.
        let talk = ScriptedConversation(configure: { $0.behavior.silence.apology = "Sorry." })
        talk.client(.responseCreate(ResponseRequest()))
        let id = try #require(talk.response)
        talk.advance(700)
        talk.input(.response(id, .failed(ProviderError(.languageModel, provider: "p", .timeout, "Late."))))
        talk.advance(50)
        talk.input(.response(id, .apologyAudio([UInt8](repeating: 1, count: 4800))))
        talk.input(.response(id, .apologyEnded))
        talk.advance(1000)
        let report = try #require(reports(talk).first)
        #expect(report.outcome == .failed)
        #expect(parts(report.latency) == ["first_sound": 750])
    }

    @Test("A response that the client asked for counts from its creation, in writing as in speech")
    func requested() throws {
        let talk = ScriptedConversation(configure: { $0.outputModality = .text })
        talk.append(3000)
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(300)
        talk.input(.response(try #require(talk.response), .textDelta("Hi.")))
        talk.advance(100)
        talk.finishResponse(spoken: false)
        let report = try #require(reports(talk).first)
        #expect(report.outcome == .answered && report.latency.origin == .request)
        #expect(parts(report.latency) == ["first_token": 300, "first_sent": 300, "engine": 0])
    }

    @Test("Responses beside each other have their own times")
    func beside() throws {
        let talk = ScriptedConversation(configure: { $0.outputModality = .text })
        talk.client(.responseCreate(ResponseRequest()))
        let first = try #require(talk.response)
        talk.advance(100)
        var request = ResponseRequest()
        request.inConversation = false
        talk.client(.responseCreate(request))
        let second = try #require(talk.response)
        talk.advance(100)
        talk.input(.response(second, .textDelta("b")))
        talk.advance(100)
        talk.input(.response(first, .textDelta("a")))
        for id in [second, first] {
            talk.input(.response(id, .modelFinished(LanguageModelResult(finishReason: .stop))))
        }
        #expect(reports(talk).map { $0.latency[.firstSent]?.wholeMilliseconds } == [100, 300])
    }

    @Test("What was never answered is counted apart, by why")
    func unanswered() throws {
        let talk = ScriptedConversation()
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(100)
        talk.client(.responseCancel(nil))
        talk.client(.responseCreate(ResponseRequest()))
        talk.input(.response(try #require(talk.response), .toolCallStarted(index: 0, name: "tool")))
        talk.finishResponse(.toolCalls)
        talk.client(.responseCreate(ResponseRequest()))
        talk.finishResponse()
        talk.client(.responseCreate(ResponseRequest()))
        talk.input(
            .response(try #require(talk.response), .failed(ProviderError(.languageModel, provider: "p", .timeout, ".")))
        )
        #expect(reports(talk).map(\.outcome) == [.cancelled, .called, .empty, .failed])
    }

    @Test(
        "response.done tells the same, in both shapes, where the session asks for it", arguments: RealtimeShape.allCases
    )
    func onTheWire(shape: RealtimeShape) throws {
        for isReported in [true, false] {
            let talk = LiveSession(configure: { $0.behavior.reportsLatency = isReported }, shape: shape)
            talk.say(milliseconds: 600, loud: false)
            talk.say(milliseconds: 1000, loud: true)
            let end = talk.loop.now
            talk.say(milliseconds: 700, loud: false)
            talk.loop.advance(by: .seconds(5))
            let done = try #require(talk.last("response.done"))
            let sent = try #require(talk.first(shape == .ga ? "response.output_audio.delta" : "response.audio.delta"))
            guard isReported else {
                #expect(done.value(["response", "antiphon"]) == nil)
                continue
            }
            let latency = try #require(done.value(["response", "antiphon", "latency"]) as? [String: Any])
            #expect(latency["from"] as? String == "speech")
            #expect(latency.count == Phase.allCases.count + 1)
            let window = try #require(latency["silence_window_ms"] as? Int)
            // Windows of 32 ms in appends of 20 ms.
            #expect((500...560).contains(window))
            #expect(latency["transcript_ms"] as? Int == 120)
            #expect(latency["first_token_ms"] as? Int == 50)
            #expect(latency["first_piece_ms"] as? Int == 150)
            #expect(latency["first_speech_ms"] as? Int == 30)
            #expect(latency["first_sent_ms"] as? Int == window + 300)
            #expect(latency["first_heard_ms"] as? Int == window + 300)
            #expect(latency["first_sound_ms"] as? Int == window + 300)
            #expect(latency["engine_ms"] as? Int == 0)
            // As the client's own clock has it, to the detector's window and the resampler's delay.
            let measured = (sent.at - end).wholeMilliseconds
            #expect(abs(measured - (window + 300)) <= 40, "\(measured) ms")
        }
    }
}
