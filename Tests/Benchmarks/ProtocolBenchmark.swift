import Core
import RealtimeProtocol

/// Frames per second through the codec, one core: 40 ms of PCM16 (1,920 bytes) each, as clients send and get them.
enum ProtocolBenchmark: Benchmark {
    static let name = "protocol"

    static func run(_ report: (Measurement) -> Void) throws {
        var random = SplitMix64(seed: 1)
        let audio = (0..<1920).map { _ in UInt8.random(in: 0...255, using: &random) }
        let budget = Measurement.Budget.atLeast(200_000)
        let append = try decodeRate(appendFrame(audio))
        report(Measurement(name: "decode append of 40 ms", value: append, unit: "frames/s", budget: budget))
        let delta = encodeRate(audio)
        report(Measurement(name: "encode audio delta of 40 ms", value: delta, unit: "frames/s", budget: budget))
        report(Measurement(name: "decode session.update", value: try decodeRate(sessionUpdate), unit: "frames/s"))
    }

    private static func appendFrame(_ audio: [UInt8]) -> [UInt8] {
        var frame = Array(#"{"event_id":"event_0123456789","type":"input_audio_buffer.append","audio":""#.utf8)
        Base64.encode(audio.span, into: &frame)
        return frame + Array(#""}"#.utf8)
    }

    /// What openai-agents sends first.
    private static let sessionUpdate = Array(
        #"""
        {"type":"session.update","session":{"type":"realtime","model":"gpt-realtime","output_modalities":["audio"],"audio":{"input":
        {"format":{"type":"audio/pcm","rate":24000},"transcription":{"model":"gpt-4o-mini-transcribe"},"turn_detection":
        {"type":"semantic_vad","interrupt_response":true}},"output":{"format":{"type":"audio/pcm","rate":24000},"voice":"ash"}},
        "instructions":"You are a helpful assistant.","tools":[{"type":"function","name":"get_weather","description":"Weather of a city.",
        "parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}]}}
        """#.utf8)

    private static func decodeRate(_ frame: [UInt8]) throws -> Double {
        var codec = GARealtimeCodec()
        return try rate { _ = try codec.decode(frame.span) }
    }

    private static func encodeRate(_ audio: [UInt8]) -> Double {
        let codec = GARealtimeCodec()
        let location = PartLocation(
            responseID: ResponseID("resp_0123456789ABCDEFGHIJK"), itemID: ItemID("item_0123456789ABCDEFGHIJK"),
            outputIndex: 0)
        let eventID = EventID("event_0123456789ABCDEFGHIJK")
        var output: [UInt8] = []
        return rate {
            output.removeAll(keepingCapacity: true)
            codec.encode(.outputAudioDelta(location, audio: audio[...]), eventID: eventID, into: &output)
        }
    }

    /// Calls of `body` per second: the best of five rounds of 20,000, so that a busy neighbour does not count.
    private static func rate(_ body: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        let calls = 20_000
        var best = Duration.seconds(1000)
        for _ in 0..<5 {
            let start = clock.now
            for _ in 0..<calls { try body() }
            best = min(best, clock.now - start)
        }
        return Double(calls) / (best / .seconds(1))
    }
}
