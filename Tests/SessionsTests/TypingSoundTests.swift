import Audio
import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing
import Waveforms

@Suite("The sound of typing") struct TypingSoundTests {
    typealias Talk = ScriptedConversation

    /// A sound of one level, whose beginning and end show in the samples.
    private func level(_ value: Int16 = 8000) throws -> TypingLoop {
        try loop([Int16](repeating: value, count: 24_000))
    }

    /// A sound whose samples tell their position.
    private func ramp() throws -> TypingLoop {
        try loop((0..<25_200).map { Int16($0) })
    }

    private func loop(_ samples: [Int16]) throws -> TypingLoop {
        try TypingLoop(WAVFile(bytes: WAVFile.encode(samples: samples.span, rate: 24_000).span))
    }

    @Test("is heard from the delay on, in its item announced before, until the answer comes")
    func whilePreparing() throws {
        let talk = Talk.typing(try level())
        let start = talk.elapsed
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(299)
        #expect(talk.audioSent == 0)
        talk.advance(1201)
        #expect(talk.sentAudio.first?.at == start + .milliseconds(300))
        #expect((1200...1280).contains(talk.comfortSent))
        talk.spoken("One two three.", milliseconds: 900)
        let typed = talk.comfortSent
        talk.finishResponse()
        talk.advance(3000)
        #expect(talk.comfortSent == typed)
        #expect(talk.audioSent == typed + 900)
        #expect(
            talk.names() == [
                "responseCreated", "outputItemAdded", "itemAdded", "contentPartAdded", "outputAudioDelta",
                "outputTranscriptDelta", "outputAudioDelta", "outputAudioDone", "outputTranscriptDone",
                "contentPartDone", "itemDone", "outputItemDone", "responseDone",
            ])
        #expect(talk.transcript == "One two three.")
        #expect(talk.prompt()?.last == .assistant(text: "One two three.", toolCalls: []))
    }

    @Test("leaves at the listener's pace, never ahead of the lead")
    func pace() throws {
        let talk = Talk.typing(try level())
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(300)
        for step in 1...1000 {
            talk.advance(7)
            #expect((step * 7...max(80, step * 7 + 60)).contains(talk.audioSent))
        }
    }

    @Test("fades out within 50 ms under the beginning of the answer, which leaves at once", arguments: [7, 313, 1000])
    func fade(after milliseconds: Int) throws {
        let talk = Talk.typing(try level())
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(300 + milliseconds)
        let arrival = talk.elapsed
        talk.silence(milliseconds: 600)
        talk.advance(1000)
        let answer = try #require(talk.sentAudio.first { !$0.isComfort })
        #expect(answer.at - arrival <= .milliseconds(20))
        let before = talk.comfortSent * 24
        let tail = talk.samples[before...].lastIndex { $0 != 0 }.map { $0 - before + 1 } ?? 0
        #expect((1...1200).contains(tail), "\(tail) samples")
        // Down and never up again.
        let faded = talk.samples[before..<before + tail]
        #expect(zip(faded, faded.dropFirst()).allSatisfy { $0 >= $1 })
    }

    @Test("gives way to a phrase and goes on after it")
    func withPhrase() throws {
        let talk = Talk.typing(try level()) { $0.behavior.acknowledgement.isEnabled = true }
        talk.phraseMilliseconds = 400
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(300)
        #expect(talk.sentAudio.allSatisfy { $0.bytes.allSatisfy { $0 == Talk.phraseByte } })
        talk.advance(1700)
        #expect(talk.samples.count / 24 >= 1700)
        let phrase = talk.samples[..<(400 * 24)]
        #expect(phrase.allSatisfy { $0 == 5 << 8 | 5 })
        #expect(talk.samples[(440 * 24)...].allSatisfy { $0 == 8000 })
        talk.spoken("One two three four.", milliseconds: 900)
        talk.finishResponse()
        talk.advance(2000)
        let item = try #require(talk.items.last?.id)
        // Phrase and typing are subtracted.
        let comfort = talk.comfortSent
        talk.client(.itemTruncate(item, contentIndex: 0, audioEnd: .milliseconds(comfort + 400)))
        #expect(talk.transcript == "One two")
    }

    @Test("fades out within 50 ms when the user begins to speak, and goes on when the user is silent again")
    func userSpeaks() throws {
        let talk = Talk.typing(try level()) {
            var vad = ServerVAD()
            vad.interruptResponse = false
            vad.createResponse = false
            $0.input.turnDetection = .serverVAD(vad)
        }
        talk.client(.responseCreate(ResponseRequest()))
        talk.append(1000)
        let sent = talk.samples.count
        talk.input(.speechStarted(position: .seconds(1)))
        talk.append(1000)
        let tail = talk.samples.count - sent
        #expect((1...1200).contains(tail), "\(tail) samples")
        talk.input(.speechStopped)
        talk.append(500)
        #expect(talk.samples.count > sent + tail + 480 * 24)
    }

    @Test("stops at once when the response is cancelled; what is left is an empty item that the model never sees")
    func cancelled() throws {
        let talk = Talk.typing(try level())
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(1000)
        talk.client(.responseCancel(nil))
        let sent = talk.audioSent
        talk.advance(3000)
        #expect(talk.audioSent == sent && talk.transcript == "")
        #expect(talk.done?.usage?.outputTextTokens == 0)
        var update = SessionUpdate()
        update.voice = "echo"
        talk.client(.sessionUpdate(update))
        #expect(talk.errors.isEmpty)
        #expect(talk.prompt() == [.user([.text("count")])])
    }

    @Test("goes on through a chain of tools where it was, and across responses")
    func chain() throws {
        let talk = Talk.typing(try ramp())
        for _ in 0..<2 {
            talk.client(.responseCreate(ResponseRequest()))
            let id = try #require(talk.response)
            talk.advance(100)
            for _ in 0..<3 {
                talk.serverToolBegins(id)
                talk.advance(700)
                talk.serverToolEnds(id)
                talk.advance(60)
            }
            talk.silence(milliseconds: 300)
            talk.finishResponse()
            talk.advance(1000)
        }
        // Positions of the samples at full level: each run begins where the one before ended, fades apart.
        let samples = talk.samples
        var runs: [(first: Int, last: Int)] = []
        for index in 1..<samples.count where samples[index] == samples[index - 1] + 1 && samples[index] > 1300 {
            if let last = runs.last?.last, samples[index] == last + 1 {
                runs[runs.count - 1].last = Int(samples[index])
            } else {
                runs.append((Int(samples[index]), Int(samples[index])))
            }
        }
        for (run, next) in zip(runs, runs.dropFirst()) {
            let step = (next.first - run.last + 24_000) % 24_000
            #expect(step <= 480 + 2 * 960 + 1320, "from \(run) to \(next)")
        }
        #expect(runs.count >= 2)
    }

    @Test("a call does not wait for more than the fade")
    func beforeCall() throws {
        let talk = Talk.typing(try level())
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(1000)
        let call = talk.elapsed
        talk.callTool()
        talk.advance(1000)
        #expect((talk.time(of: "responseDone") ?? .zero) - call <= .milliseconds(50))
        #expect(talk.done?.output.count == 2 && talk.done?.status == .completed)
    }

    @Test("never in written answers, beside the conversation, or in a session that wants none")
    func never() throws {
        for configure in [
            { $0.outputModality = .text }, { $0.behavior.typingSound.isEnabled = false },
        ] as [(inout SessionConfiguration) -> Void] {
            let talk = Talk.typing(try level(), configure)
            talk.client(.responseCreate(ResponseRequest()))
            let id = try #require(talk.response)
            talk.serverToolBegins(id)
            talk.advance(3000)
            #expect(talk.audioSent == 0)
        }
        let talk = Talk.typing(try level())
        var request = ResponseRequest()
        request.inConversation = false
        talk.client(.responseCreate(request))
        talk.advance(3000)
        #expect(talk.audioSent == 0)
    }

    @Test("never comes between the pieces of audio of one sentence, so that the history knows which words were heard")
    func withinPiece() throws {
        let talk = Talk.typing(try level())
        talk.client(.responseCreate(ResponseRequest()))
        let id = try #require(talk.response)
        talk.spoken("One two three four.", milliseconds: 200)
        talk.serverToolBegins(id)
        // Speech synthesis is slower than the listener.
        talk.advance(700)
        #expect(talk.comfortSent == 0)
        talk.input(.response(id, .speechAudio([UInt8](repeating: 1, count: 600 * 48))))
        talk.input(.response(id, .speechPieceEnded))
        talk.advance(1_500)
        #expect(talk.comfortSent > 0, "the tool still runs")
        talk.client(.responseCancel(nil))
        #expect(talk.transcript == "One two three four.")
    }

    @Test("arms no idle timer and does not wait in a queue for a client that does not read")
    func bounded() throws {
        let talk = Talk.typing(try level()) {
            var vad = ServerVAD()
            vad.idleTimeout = .seconds(5)
            $0.input.turnDetection = .serverVAD(vad)
        }
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(1000)
        #expect(!talk.pendingTimers.contains(.idleTimeout))
        talk.input(.listenerFellBehind)
        let sent = talk.audioSent
        talk.advance(5000)
        #expect(talk.audioSent == sent)
        talk.input(.listenerCaughtUp)
        #expect(talk.audioSent <= sent + 80)
        #expect(talk.events.allSatisfy { $0.name != "idleTimeoutTriggered" })
    }

    @Test("is right in both laws of G.711", arguments: [AudioFormat.g711MuLaw, .g711ALaw])
    func telephone(format: AudioFormat) throws {
        let talk = Talk.typing(try level()) {
            $0.output.format = format
            $0.behavior.typingSound.volume = 0.5
        }
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(1300)
        let law = format == .g711MuLaw ? G711.muLaw : .aLaw
        #expect(talk.sentAudio.allSatisfy { $0.bytes.count == 160 })
        func decoded(_ audio: [Talk.Sent]) -> [Int16] {
            var samples: [Int16] = []
            for sent in audio { law.decode(Array(sent.bytes).span, appendingTo: &samples) }
            return samples
        }
        // After the rise of 20 ms: half of 8000, as near as the law comes.
        #expect(decoded(talk.sentAudio).dropFirst(160).allSatisfy { (3900...4100).contains($0) })
        let id = try #require(talk.response)
        talk.input(.response(id, .speechPiece("one ")))
        talk.input(.response(id, .speechAudio([UInt8](repeating: law.silence, count: 2400))))
        talk.advance(1000)
        let answer = decoded(talk.sentAudio.filter { !$0.isComfort })
        let tail = (answer.lastIndex { abs(Int($0)) > 8 } ?? 0) + 1
        #expect((1...400).contains(tail), "\(tail) samples")
        #expect((3700...4100).contains(answer[0]))
    }
}
