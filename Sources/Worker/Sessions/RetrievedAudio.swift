import Audio
import Core
import RealtimeProtocol

/// Kept audio of one part of an item, on its way to a client.
package struct RetrievedAudio: Sendable {
    /// The part's place in the item.
    let part: Int
    let sound: KeptAudio.Sound
    /// What the bytes of `sound` are.
    let format: AudioFormat

    /// Each in `format` and base64, by the place of its part; what cannot be converted is left out.
    static func encoded(_ audio: [RetrievedAudio], as format: AudioFormat) -> [Int: [UInt8]] {
        var result: [Int: [UInt8]] = [:]
        for audio in audio {
            guard let bytes = try? audio.bytes(as: format) else { continue }
            var text: [UInt8] = []
            text.reserveCapacity(Base64.encodedLength(bytes.count))
            Base64.encode(bytes.span, into: &text)
            result[audio.part] = text
        }
        return result
    }

    private func bytes(as wanted: AudioFormat) throws(AudioError) -> [UInt8] {
        switch sound {
        case .samples(let samples): return try Self.bytes(of: samples, rate: 16_000, as: wanted)
        case .bytes(let bytes):
            guard wanted != format else { return bytes }
            return try Self.bytes(of: format.decoded(bytes[...]), rate: format.sampleRate, as: wanted)
        }
    }

    private static func bytes(of samples: [Int16], rate: Int, as format: AudioFormat) throws(AudioError) -> [UInt8] {
        let resampler = try Resampler(from: rate, to: format.sampleRate)
        var result: [Int16] = []
        let length = samples.count * format.sampleRate / rate
        result.reserveCapacity(length + 64)
        try resampler.process(samples.span, appendingTo: &result)
        try resampler.finish(appendingTo: &result)
        // The filter may give a sample more or less than the audio is long.
        if result.count > length { result.removeLast(result.count - length) }
        while result.count < length { result.append(0) }
        return format.encoded(result)
    }
}
