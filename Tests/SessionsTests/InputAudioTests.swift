import Core
import Foundation
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

/// The way of the user's audio from the wire to the turns, with the whole session around it.
@Suite("Input audio") struct InputAudioTests {
    /// `audio_start_ms` of all turns.
    private func starts(_ talk: LiveSession) -> [Int] {
        talk.connection.frames.filter { $0.type == "input_audio_buffer.speech_started" }
            .compactMap { $0.body["audio_start_ms"] as? Int }
    }

    @Test("A long append is heard as if it had come in pieces: each turn in it is one")
    func longAppend() {
        let talk = LiveSession()
        var audio = Data()
        for loud in [false, true, false, true, false] { audio += LiveSession.audio(milliseconds: 1000, loud: loud) }
        talk.append(audio)
        talk.loop.advance(by: .seconds(1))
        let found = starts(talk)
        #expect(found.count == 2)
        for (start, expected) in zip(found, [700, 2700]) { #expect(abs(start - expected) <= 40, "\(found)") }
        let heard = talk.heard.values.map { $0 / 16 }
        #expect(heard.count == 2 && heard.allSatisfy { (1750...1900).contains($0) }, "heard \(heard) ms")
    }

    @Test("Positions stay true over many turns, commits and clears")
    func positions() {
        let talk = LiveSession()
        var time = 0
        var expected: [Int] = []
        func say(_ milliseconds: Int, loud: Bool) {
            talk.say(milliseconds: milliseconds, loud: loud)
            time += milliseconds
        }
        for round in 0..<40 {
            say(640, loud: false)
            expected.append(time - 300)
            say(300, loud: true)
            switch round % 3 {
            case 0: say(620, loud: false)
            case 1: talk.send(#"{"type":"input_audio_buffer.commit"}"#)
            default: talk.send(#"{"type":"input_audio_buffer.clear"}"#)
            }
        }
        let found = starts(talk)
        #expect(found.count == expected.count)
        for (start, truth) in zip(found, expected) { #expect(abs(start - truth) <= 40, "\(start) instead of \(truth)") }
    }

    @Test(
        "A commit takes the audio to the last sample, noise reduction or not",
        arguments: [nil, NoiseReduction.farField])
    func wholeCommit(noiseReduction: NoiseReduction?) {
        let talk = LiveSession { configuration in
            configuration.input.turnDetection = nil
            configuration.input.noiseReduction = noiseReduction
        }
        for _ in 0..<3 {
            talk.say(milliseconds: 700, loud: true)
            talk.send(#"{"type":"input_audio_buffer.commit"}"#)
            talk.loop.advance(by: .seconds(1))
        }
        // The resampler withholds 1.25 ms.
        #expect(talk.heard.values.count == 3)
        for samples in talk.heard.values {
            #expect((698 * 16...700 * 16).contains(samples), "heard \(samples) samples")
        }
    }

    @Test("Noise that is taken for speech is not any more when the session asks for noise reduction")
    func noiseReduction() {
        for type in ["near_field", "far_field", nil] {
            let talk = LiveSession()
            if let type {
                let session = #"{"type":"realtime","audio":{"input":{"noise_reduction":{"type":"\#(type)"}}}}"#
                talk.send(#"{"type":"session.update","session":\#(session)}"#)
            }
            var random = SplitMix64(seed: 5)
            for _ in 0..<500 {
                let samples = (0..<480).map { _ in Int16.random(in: -9_000...9_000, using: &random) }
                talk.append(samples.withUnsafeBytes { Data($0) })
                talk.loop.advance(by: .milliseconds(20))
            }
            let stops = talk.connection.frames.filter { $0.type == "input_audio_buffer.speech_stopped" }
            #expect(starts(talk).count == 1, "it begins with unknown noise")
            #expect(stops.count == (type == nil ? 0 : 1), "\(type ?? "none")")
            if let stop = stops.first?.body["audio_end_ms"] as? Int { #expect(stop < 2_500) }
        }
    }

    @Test("Positions are those of the wire with noise reduction too")
    func positionsInNoise() {
        let talk = LiveSession { $0.input.noiseReduction = .nearField }
        talk.say(milliseconds: 2000, loud: false)
        talk.say(milliseconds: 600, loud: true)
        talk.say(milliseconds: 1500, loud: false)
        talk.send(
            #"{"type":"session.update","session":{"type":"realtime","audio":{"input":{"noise_reduction":null}}}}"#)
        talk.say(milliseconds: 500, loud: true)
        let found = starts(talk)
        #expect(found.count == 2)
        for (start, truth) in zip(found, [1700, 3800]) { #expect(abs(start - truth) <= 60, "\(found)") }
    }
}
