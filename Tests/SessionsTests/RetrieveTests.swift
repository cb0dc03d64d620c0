import Budgets
import Core
import Foundation
import Pipeline
import RealtimeProtocol
import Sessions
import TestSupport
import Testing
import Waveforms

/// `conversation.item.retrieve` returns what an item sounds like, as far as that is kept.
@Suite("Retrieved audio") struct RetrieveTests {
    /// The audio of the item's part as it is retrieved now.
    private func retrieved(_ talk: LiveSession, _ item: String, part: Int = 0) -> Data? {
        talk.send(#"{"type":"conversation.item.retrieve","item_id":"\#(item)"}"#)
        talk.loop.advance(by: .milliseconds(1))
        let frame = talk.last("conversation.item.retrieved")
        guard frame?.string("item", "id") == item, let parts = frame?.value(["item", "content"]) as? [[String: Any]],
            parts.indices.contains(part)
        else { return nil }
        return (parts[part]["audio"] as? String).flatMap { Data(base64Encoded: $0) }
    }

    private func manual(
        format: AudioFormat = .pcm16, settings: SessionSettings = SessionSettings(), keptBytes: Int = 64 << 20
    ) -> LiveSession {
        LiveSession(
            configure: { configuration in
                configuration.input.turnDetection = nil
                configuration.input.format = format
                configuration.output.format = format
            }, settings: settings, keptBytes: keptBytes)
    }

    /// A slow wave, which survives every conversion.
    private func wave(milliseconds: Int, rate: Int = 24_000) -> [Int16] {
        (0..<milliseconds * rate / 1000).map { Int16(8_000 * sin(Double($0) / Double(rate) * 2 * .pi * 300)) }
    }

    private func bytes(_ samples: [Int16]) -> Data { samples.withUnsafeBytes { Data($0) } }

    private func samples(_ audio: Data) -> [Int16] {
        var result: [Int16] = []
        PCM16.decode(Array(audio).span, appendingTo: &result)
        return result
    }

    private func isSame(_ a: [Int16], _ b: [Int16]) -> Bool {
        // The resampler withholds up to 2 ms.
        guard abs(a.count - b.count) <= 96, a.count > 1_000 else { return false }
        // Both ends are left out: there the filters ring.
        return zip(a, b).dropFirst(300).dropLast(300).allSatisfy { abs(Int($0) - Int($1)) < 300 }
    }

    private func commit(_ talk: LiveSession, _ audio: Data) -> String {
        talk.append(audio)
        talk.send(#"{"type":"input_audio_buffer.commit"}"#)
        return talk.last("input_audio_buffer.committed")?.string("item_id") ?? ""
    }

    @Test("A user's turn is what was sent, before its transcript and after")
    func turn() throws {
        let talk = manual()
        let sent = wave(milliseconds: 1_000)
        let item = commit(talk, bytes(sent))
        for _ in 0..<2 {
            let audio = try #require(retrieved(talk, item))
            let isAsSent = isSame(samples(audio), sent)
            #expect(isAsSent)
            talk.loop.advance(by: .seconds(1))
        }
        talk.send(#"{"type":"conversation.item.delete","item_id":"\#(item)"}"#)
        talk.loop.run { #expect(talk.kept.size == 0) }
        _ = retrieved(talk, item)
        #expect(talk.last("error")?.string("error", "code") == "item_retrieve_invalid_item_id")
    }

    @Test("Each format comes back as it was sent", arguments: [AudioFormat.g711MuLaw, .g711ALaw])
    func formats(format: AudioFormat) throws {
        let talk = manual(format: format)
        let item = commit(talk, Data([UInt8](repeating: 0x55, count: 8_000)))
        #expect((7_960...8_000).contains(try #require(retrieved(talk, item)).count))
        let update = #"{"type":"session.update","session":{"type":"realtime","audio":{"input":{"format":"#
        talk.send(update + #"{"type":"audio/pcm","rate":24000}}}}}"#)
        #expect((47_760...48_000).contains(try #require(retrieved(talk, item)).count))
    }

    @Test("Audio that came with an item is returned for its part, byte by byte")
    func created() throws {
        let talk = manual()
        let sent = bytes(wave(milliseconds: 200)).base64EncodedString()
        talk.send(
            #"{"type":"conversation.item.create","item":{"type":"message","role":"user","id":"i","content":["#
                + #"{"type":"input_text","text":"x"},{"type":"input_audio","audio":"\#(sent)","transcript":"y"},"#
                + #"{"type":"input_audio","audio":"\#(sent)"}]}}"#)
        for part in [1, 2] { #expect(retrieved(talk, "i", part: part)?.base64EncodedString() == sent) }
        #expect(retrieved(talk, "i", part: 0) == nil)
    }

    private func answer(_ talk: LiveSession) throws -> (item: String, heard: Data) {
        talk.send(#"{"type":"response.create"}"#)
        talk.loop.advance(by: .seconds(40))
        let item = try #require(talk.last("response.output_item.added")?.string("item", "id"))
        let heard = talk.connection.frames.filter { $0.type == "response.output_audio.delta" }
            .compactMap { ($0.body["delta"] as? String).flatMap { Data(base64Encoded: $0) } }
        return (item, heard.reduce(Data(), +))
    }

    @Test("An answer is all that was heard of it; a truncation cuts it")
    func assistant() throws {
        let talk = manual()
        let (item, heard) = try answer(talk)
        #expect(heard.count > 20_000)
        #expect(retrieved(talk, item) == heard)
        talk.send(#"{"type":"conversation.item.truncate","item_id":"\#(item)","content_index":0,"audio_end_ms":100}"#)
        #expect(retrieved(talk, item) == heard.prefix(4_800))
        let size = talk.loop.run { talk.kept.size }
        talk.disconnect()
        #expect(size >= 4_800 && talk.loop.run { talk.kept.size } == 0)
    }

    @Test("What no event has room for is not shown, until a truncation makes it short enough")
    func long() throws {
        let talk = LiveSession(
            configure: { $0.input.turnDetection = nil },
            llm: { $0.words = (0..<60).map { "word number \($0) here. " } })
        let (item, heard) = try answer(talk)
        #expect(heard.count > 800_000, "\(heard.count)")
        #expect(retrieved(talk, item) == nil)
        talk.send(#"{"type":"conversation.item.truncate","item_id":"\#(item)","content_index":0,"audio_end_ms":10000}"#)
        #expect(retrieved(talk, item) == heard.prefix(480_000))
        let long = commit(talk, bytes(wave(milliseconds: 20_000)))
        #expect(retrieved(talk, long) == nil && talk.last("conversation.item.retrieved")?.string("item", "id") == long)
    }

    @Test("A setting, or a worker without memory for it, keeps none")
    func off() {
        var settings = SessionSettings()
        settings.keepsItemAudio = false
        for talk in [manual(settings: settings), manual(keptBytes: 0)] {
            let item = commit(talk, bytes(wave(milliseconds: 1_000)))
            #expect(retrieved(talk, item) == nil)
            #expect(talk.last("conversation.item.retrieved")?.string("item", "id") == item)
            talk.loop.run { #expect(talk.kept.size == 0) }
        }
    }

    @Test("A session keeps what its budget allows, the newest first")
    func budget() {
        var settings = SessionSettings()
        settings.budgets.itemAudio = 100_000
        let talk = manual(settings: settings)
        let items = (0..<4).map { _ in commit(talk, bytes(wave(milliseconds: 1_000))) }
        #expect(items.map { retrieved(talk, $0) != nil } == [false, true, true, true])
    }

    @Test("Many retrieves are answered in order, and none while the client does not read")
    func many() {
        var settings = SessionSettings()
        settings.budgets.retrievals = 4
        let talk = manual(settings: settings)
        let items = (0..<3).map { _ in commit(talk, bytes(wave(milliseconds: 500))) }
        talk.setReading(false)
        talk.send(#"{"type":"input_audio_buffer.clear"}"#)
        for item in items { talk.send(#"{"type":"conversation.item.retrieve","item_id":"\#(item)"}"#) }
        #expect(talk.first("conversation.item.retrieved") == nil)
        talk.setReading(true)
        talk.loop.advance(by: .milliseconds(10))
        let retrieved = talk.connection.frames.filter { $0.type == "conversation.item.retrieved" }
        #expect(retrieved.compactMap { $0.string("item", "id") } == items)
    }

    @Test("A commit takes what the worker could keep, and says so")
    func uncommitted() throws {
        var vad = ServerVAD()
        vad.threshold = 1
        let talk = LiveSession(
            configure: { configuration in
                configuration.input.turnDetection = .serverVAD(vad)
                configuration.input.transcription = TranscriptionSettings()
            }, stt: { $0.givesPartials = false }, keptBytes: 320_000)
        talk.say(milliseconds: 25_000, loud: true)
        talk.send(#"{"type":"input_audio_buffer.commit"}"#)
        talk.loop.advance(by: .seconds(1))
        let frame = talk.last("conversation.item.input_audio_transcription.completed")
        let seconds = try #require(frame?.value(["usage", "seconds"]) as? Double)
        #expect((8...12).contains(seconds), "\(seconds)")
        #expect(talk.heard.values.last.map { abs(Double($0) - seconds * 16_000) < 640 } == true)
    }

    @Test("Speech that was weighed and dropped is in no turn, and a commit takes it")
    func dropped() throws {
        let talk = LiveSession(
            configure: { configuration in
                configuration.behavior.interruption.mode = .confirmed
                configuration.input.transcription = TranscriptionSettings()
            }, stt: { $0.givesPartials = false })
        talk.say(milliseconds: 3_000, loud: false)
        talk.send(#"{"type":"response.create"}"#)
        talk.say(milliseconds: 1_000, loud: false)
        talk.say(milliseconds: 100, loud: true)
        talk.say(milliseconds: 2_900, loud: false)
        talk.send(#"{"type":"input_audio_buffer.commit"}"#)
        talk.loop.advance(by: .seconds(1))
        let frame = talk.last("conversation.item.input_audio_transcription.completed")
        #expect(frame?.value(["usage", "seconds"]) as? Double == 7)
        #expect(talk.heard.values.last.map { abs($0 - 112_000) < 640 } == true, "\(talk.heard.values)")
    }

    @Test("Nothing is kept of a session that the server ends while its user speaks")
    func ended() {
        let talk = LiveSession()
        talk.append(LiveSession.audio(milliseconds: 3_000, loud: true))
        talk.loop.run { #expect(talk.kept.size > 0) }
        talk.end(.idle)
        talk.loop.advance(by: .seconds(1))
        talk.loop.run { #expect(talk.kept.size == 0) }
    }

    @Test("Nothing is kept of an answer after the client deleted its item")
    func deleted() throws {
        let talk = LiveSession(
            configure: { $0.input.turnDetection = nil }, llm: { $0.words = (0..<10).map { "word number \($0) here. " } })
        talk.send(#"{"type":"response.create"}"#)
        talk.loop.advance(by: .seconds(2))
        let item = try #require(talk.last("response.output_item.added")?.string("item", "id"))
        talk.send(#"{"type":"conversation.item.delete","item_id":"\#(item)"}"#)
        talk.loop.advance(by: .seconds(20))
        talk.loop.run { #expect(talk.kept.size == 0) }
    }
}
