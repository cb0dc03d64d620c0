import Core
import Pipeline
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

/// Sessions that share a worker, its loop and its providers share nothing else.
@Suite("Cross-talk") struct CrosstalkTests {
    @Test(
        "Sessions that speak, think, call tools and summarise at once never see anything of each other",
        arguments: [2, 50])
    func nothingShared(count: Int) {
        let crowd = Crowd(count)
        crowd.speakAtOnce(milliseconds: 1000 + 40 * count + 1200)
        crowd.loop.advance(by: .seconds(6))
        // Each speaker was heard as itself, with its own settings, and its turn ended by its own silence.
        #expect(crowd.heard.values.map(\.0).sorted() == Array(0..<count))
        for (number, options) in crowd.heard.values {
            #expect(options.prompt == Crowd.mark(number) && options.language == Crowd.mark(number))
        }
        for member in crowd.members {
            let end = Duration.milliseconds(1000 + 40 * member.number)
            let wait = ((member.stopped ?? .zero) - end).wholeMilliseconds
            #expect((Crowd.silence(member.number) - 40...Crowd.silence(member.number) + 80).contains(wait))
        }
        for turn in 1...16 {
            for member in crowd.members {
                let end = turn == 8 ? "Use the tool." : String(repeating: "words ", count: 20)
                crowd.type("Turn \(turn) of \(Crowd.mark(member.number)). \(end)", from: member)
            }
            crowd.loop.advance(by: .seconds(1))
            for member in crowd.members {
                while let call = member.calls.popLast() {
                    let output = "Result for \(Crowd.mark(member.number))"
                    crowd.send(
                        #"{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"\#(call)","output":"\#(output)"}}"#,
                        to: member)
                }
            }
            crowd.loop.advance(by: .seconds(9))
        }
        check(crowd)
        // What was said in the first turn is in the last prompt of the same session, by way of its summaries.
        let last = crowd.prompts.values.suffix(count).map(\.messages)
        #expect(last.allSatisfy { $0.text.contains("fact:marker-") && !$0.text.contains("Turn 1 ") })
        for member in crowd.members { crowd.loop.run { member.session.closed(.clientClosed) } }
        crowd.loop.advance(by: .seconds(60))
        #expect(crowd.loop.pendingTimers == 0 && crowd.observer.ended.count == count)
    }

    private func check(_ crowd: Crowd) {
        for request in crowd.prompts.values + crowd.summaries.values {
            let words = request.messages.text + request.tools.map(\.name).joined(separator: " ") + (request.model ?? "")
            #expect(Crowd.marks(in: words).count == 1, "a prompt of several sessions")
        }
        #expect(crowd.summaries.values.count >= crowd.members.count)
        #expect(crowd.observer.summaries.allSatisfy { $0.outcome == .applied })
        for request in crowd.spoken.values {
            #expect(Crowd.marks(in: request.text + request.voice + (request.language ?? "")).count == 1)
        }
        #expect(crowd.spoken.values.count >= crowd.members.count)
        for member in crowd.members {
            #expect(member.errors.isEmpty)
            #expect(member.marks == [Crowd.mark(member.number)], "member \(member.number) saw another's")
            #expect(member.samples == [Crowd.sample(member.number)], "member \(member.number) heard another's voice")
        }
    }
}
