import Core
import Pipeline
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

/// `semantic_vad` in virtual time: when a pause is the end of the turn.
@Suite("Semantic turns") struct SemanticTurnTests {
    private func conversation(
        _ eagerness: SemanticVAD.Eagerness = .auto, givesPartials: Bool = true
    ) -> ScriptedConversation {
        ScriptedConversation(
            configure: { configuration in
                var vad = SemanticVAD()
                vad.eagerness = eagerness
                configuration.input.turnDetection = .semanticVAD(vad)
                configuration.input.transcription = TranscriptionSettings(model: "m", language: "en")
            }, givesPartials: givesPartials)
    }

    /// One second of speech in which `text` is heard, then 200 ms of silence.
    private func say(_ text: String?, in talk: ScriptedConversation, isNew: Bool = true) {
        if isNew { talk.input(.speechStarted(position: talk.position)) }
        talk.append(1000)
        let end = talk.position
        if let text, let item = talk.openItem { talk.input(.transcriptPartial(item, text)) }
        talk.input(.speechPaused(position: end))
        talk.append(200)
    }

    /// Silence until the turn ends: its length since the last word, in milliseconds.
    private func wait(_ talk: ScriptedConversation, limit: Int = 9000) -> Int? {
        let stops = talk.stops
        for waited in stride(from: 200, through: limit, by: 20) {
            if talk.stops > stops { return waited }
            talk.append(20)
        }
        return nil
    }

    private func wait(after text: String?, _ eagerness: SemanticVAD.Eagerness = .auto) -> Int? {
        let talk = conversation(eagerness)
        say(text, in: talk)
        return wait(talk)
    }

    @Test("A question and a whole answer end the turn soon, an unfinished sentence late, no words in between")
    func waits() throws {
        let answer = try #require(wait(after: "no thanks"))
        let nothing = try #require(wait(after: nil))
        let unfinished = try #require(wait(after: "I would like to go to the"))
        #expect((300...420).contains(answer), "\(answer)")
        #expect((680...760).contains(nothing), "\(nothing)")
        #expect((2400...4000).contains(unfinished), "\(unfinished)")
    }

    @Test(
        "Where no partial results come, the audio up to the pause is transcribed for its words; nothing else begins early",
        arguments: [("no thanks", 300...420), ("I would like to go to the", 2400...4000)])
    func words(text: String, expected: ClosedRange<Int>) throws {
        let talk = conversation(givesPartials: false)
        say(nil, in: talk)
        talk.append(20)
        let name = try #require(talk.snapshots.first)
        talk.input(.snapshotTranscribed(name, .success(Transcript(text: text))))
        #expect(talk.started.isEmpty)
        #expect(expected.contains(try #require(wait(talk))))
        #expect(talk.started == [try #require(talk.response)])
        let item = try #require(talk.committedItem)
        #expect(!talk.actions.contains(.endTranscription(item)), "nothing is transcribed twice")
        #expect(talk.names().contains("transcriptionCompleted"))
    }

    @Test("Pauses in which the user goes on cost as many transcriptions as the budget says")
    func wordsInVain() throws {
        let talk = conversation(givesPartials: false)
        say(nil, in: talk)
        for _ in 0..<6 {
            talk.append(20)
            talk.input(.speechResumed(position: talk.position))
            say(nil, in: talk, isNew: false)
        }
        #expect(talk.snapshots.count == 3)
        #expect((500...800).contains(try #require(wait(talk))), "then the pause alone decides")
        #expect(talk.actions.contains(.endTranscription(try #require(talk.committedItem))))
    }

    private static let bounds: [(SemanticVAD.Eagerness, ClosedRange<Int>, ClosedRange<Int>)] = [
        (.high, 200...320, 1200...2040), (.medium, 300...420, 2400...4040), (.auto, 300...420, 2400...4040),
        (.low, 500...700, 4500...8040),
    ]

    @Test("Eagerness sets the shortest and the longest wait", arguments: bounds)
    func eagerness(_ eagerness: SemanticVAD.Eagerness, short: ClosedRange<Int>, long: ClosedRange<Int>) throws {
        #expect(try short.contains(#require(wait(after: "thank you", eagerness))))
        #expect(try long.contains(#require(wait(after: "it was because um", eagerness))))
    }

    @Test("speech_stopped comes once, when the turn ends, with the end of the audio that was committed")
    func stopsOnce() {
        let talk = conversation()
        say("I would like to", in: talk)
        talk.input(.speechResumed(position: talk.position))
        say("I would like to go home", in: talk, isNew: false)
        #expect(talk.stops == 0)
        talk.append(3000)
        #expect(talk.stops == 1)
        #expect(talk.events.filter { $0.name == "speechStarted" }.count == 1)
        guard let stop = talk.events.first(where: { $0.name == "speechStopped" }),
            case .speechStopped(let item, let end) = stop
        else { return }
        #expect(item == talk.committedItem)
        #expect((2650...3000).contains(end.wholeMilliseconds), "\(end)")
        #expect(talk.actions.filter { $0 == .endSpeech }.count == 1)
        #expect(talk.errors.isEmpty)
    }

    @Test("Speech that goes on takes back the end of the turn")
    func resumed() {
        let talk = conversation()
        say("yes", in: talk)
        talk.input(.speechResumed(position: talk.position))
        talk.append(5000)
        #expect(talk.stops == 0)
    }

    @Test("A partial transcript in the pause changes the wait, which counts from the last word all the same")
    func latePartial() throws {
        let talk = conversation()
        say("I would like to go to the", in: talk)
        talk.append(800)
        #expect(talk.stops == 0)
        let item = try #require(talk.openItem)
        talk.input(.transcriptPartial(item, "I would like to go to the cinema."))
        // The whole sentence waits for less than the second that has passed.
        #expect(talk.stops == 1)
        let other = conversation()
        say("where", in: other)
        let second = try #require(other.openItem)
        other.append(200)
        other.input(.transcriptPartial(second, "where is the"))
        other.append(1600)
        #expect(other.stops == 0)
    }

    @Test("A transcript from before the last words is not trusted to be whole")
    func oldPartial() throws {
        let talk = conversation()
        talk.input(.speechStarted(position: talk.position))
        talk.append(400)
        talk.input(.transcriptPartial(try #require(talk.openItem), "yes"))
        talk.append(2000)
        let end = talk.position
        talk.input(.speechPaused(position: end))
        talk.append(200)
        #expect(try #require(wait(talk)) > 450)
    }

    @Test("Who pauses long within turns is given more time, who does not less")
    func adaptation() throws {
        let usual = try #require(wait(after: "one thing"))
        var waits: [Int] = []
        for pause in [300, 1800] {
            let talk = conversation()
            say("this and", in: talk)
            for _ in 0..<8 {
                talk.append(pause - 200)
                talk.input(.speechResumed(position: talk.position))
                say("this and", in: talk, isNew: false)
            }
            #expect(talk.stops == 0)
            talk.input(.transcriptPartial(try #require(talk.openItem), "one thing"))
            waits.append(try #require(wait(talk)))
        }
        #expect(waits[0] < usual - 100, "\(waits)")
        #expect(waits[1] > usual + 200, "\(waits)")
    }

    @Test("A click in the pause is no speech; speech in it ends it")
    func click() throws {
        for length in [30, 120] {
            let talk = conversation()
            say("the weather", in: talk)
            talk.append(200)
            talk.input(.speechResumed(position: talk.position))
            talk.append(length / 20 * 20)
            talk.input(.speechPaused(position: talk.position))
            talk.append(320)
            #expect(talk.stops == (length < 64 ? 1 : 0), "\(length) ms")
        }
    }

    @Test("Gaps between words are no pauses")
    func gaps() {
        let talk = conversation(.high)
        talk.input(.speechStarted(position: talk.position))
        for _ in 0..<30 {
            talk.append(200)
            talk.input(.speechPaused(position: talk.position))
            talk.append(160)
            talk.input(.speechResumed(position: talk.position))
        }
        #expect(talk.stops == 0)
    }

    @Test("A turn that was cut short teaches patience")
    func cutShort() throws {
        let talk = conversation()
        say("the weather", in: talk)
        let before = try #require(wait(talk))
        for _ in 0..<6 {
            talk.append(400)
            say("the weather", in: talk)
            talk.append(1500)
        }
        talk.append(400)
        say("the weather", in: talk)
        #expect(try #require(wait(talk)) > before + 150)
    }

    @Test("A pause at the longest wait ends the turn by the detector's own silence")
    func detectorsSilence() {
        let talk = conversation()
        say("and", in: talk)
        talk.input(.speechStopped)
        #expect(talk.stops == 1)
        talk.input(.speechStopped)
        talk.append(5000)
        #expect(talk.stops == 1)
    }

    @Test("server_vad ends turns by its silence alone, whatever was said and however long the pause")
    func serverVAD() {
        let talk = ScriptedConversation()
        say("yes", in: talk)
        talk.append(3000)
        #expect(talk.stops == 0)
        talk.input(.speechStopped)
        #expect(talk.stops == 1)
    }

    @Test("Changing the turn detection in a pause changes who decides")
    func changes() {
        let talk = conversation()
        say("and the", in: talk)
        var update = SessionUpdate()
        update.turnDetection = .set(.serverVAD(ServerVAD()))
        talk.client(.sessionUpdate(update))
        talk.append(6000)
        #expect(talk.stops == 0)
        update.turnDetection = .set(.semanticVAD(SemanticVAD()))
        talk.client(.sessionUpdate(update))
        #expect(talk.stops == 1)
        let other = conversation()
        say("and the", in: other)
        update.turnDetection = .clear
        other.client(.sessionUpdate(update))
        #expect(other.stops == 1)
        other.append(9000)
        #expect(other.stops == 1)
        #expect(other.committedItem == nil)
    }

    @Test("Commit and clear in a pause leave nothing of it behind")
    func commitAndClear() {
        for event in [ClientEvent.inputAudioCommit, .inputAudioClear] {
            let talk = conversation()
            say("yes", in: talk)
            talk.client(event)
            talk.append(4000)
            #expect(talk.stops == 1)
            #expect(talk.errors.isEmpty)
        }
    }

    @Test("Through detector and gate: a pause in mid-sentence is none of the end, the turn is whole")
    func wholeSession() throws {
        let talk = LiveSession(
            configure: { $0.input.turnDetection = .semanticVAD(SemanticVAD()) },
            stt: { $0.partials = [(600, "I would like to"), (2300, "I would like to go home please")] })
        talk.say(milliseconds: 600, loud: true)
        talk.say(milliseconds: 1200, loud: false)
        talk.say(milliseconds: 600, loud: true)
        let end = talk.loop.now
        talk.say(milliseconds: 1500, loud: false)
        let stops = talk.connection.frames.filter { $0.type == "input_audio_buffer.speech_stopped" }
        #expect(stops.count == 1)
        let waited = (try #require(stops.first).at - end).wholeMilliseconds
        #expect((450...700).contains(waited), "\(waited) ms")
        let samples = try #require(talk.heard.values.first)
        #expect((2850 * 16...3150 * 16).contains(samples), "heard \(samples / 16) ms")
        talk.say(milliseconds: 600, loud: true)
        #expect(talk.connection.frames.filter { $0.type == "input_audio_buffer.speech_started" }.count == 2)
    }

    @Test("A turn begins with as much speech as the session asks for", arguments: [64, 200])
    func debounce(milliseconds: Int) {
        for length in [milliseconds - 40, milliseconds + 80] {
            let talk = LiveSession(configure: {
                $0.behavior.turnTaking.minimumSpeech = .milliseconds(milliseconds)
            })
            talk.say(milliseconds: 300, loud: false)
            talk.say(milliseconds: length, loud: true)
            talk.say(milliseconds: 900, loud: false)
            #expect(talk.types.contains("input_audio_buffer.speech_started") == (length > milliseconds), "\(length) ms")
        }
    }

    @Test("A predictor of one's own decides")
    func ownPredictor() throws {
        struct Always: EndOfTurnPredictor {
            let value: Double
            func probability(_ observation: TurnObservation) -> Double { value }
        }
        var waits: [Int] = []
        for value in [1, 0.5, 0, .nan, -3, 7] {
            let talk = ScriptedConversation(predictor: Always(value: value)) {
                $0.input.turnDetection = .semanticVAD(SemanticVAD())
            }
            say("whatever", in: talk)
            waits.append(try #require(wait(talk)))
        }
        #expect((300...340).contains(waits[0]))
        #expect((700...740).contains(waits[1]))
        #expect((4000...4040).contains(waits[2]))
        #expect(waits[3] == waits[1] && waits[4] == waits[2] && waits[5] == waits[0])
    }
}

extension ScriptedConversation {
    /// Times that the end of speech was told.
    var stops: Int { events.count { $0.name == "speechStopped" } }

    /// How much audio there was, where all time is audio.
    var position: Duration { now - MonotonicInstant.zero }

    /// The item of the turn that began last.
    var openItem: ItemID? {
        for event in events.reversed() { if case .speechStarted(let id, _) = event { return id } }
        return nil
    }
}
