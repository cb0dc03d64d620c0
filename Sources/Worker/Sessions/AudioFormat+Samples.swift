import Audio
import RealtimeProtocol
import Waveforms

extension AudioFormat {
    /// The wire bytes of samples at this format's rate.
    func encoded(_ samples: [Int16]) -> [UInt8] {
        var bytes: [UInt8] = []
        switch self {
        case .pcm16: PCM16.encode(samples.span, appendingTo: &bytes)
        case .g711MuLaw: G711.muLaw.encode(samples.span, appendingTo: &bytes)
        case .g711ALaw: G711.aLaw.encode(samples.span, appendingTo: &bytes)
        }
        return bytes
    }

    /// The samples that wire bytes stand for.
    func decoded(_ bytes: ArraySlice<UInt8>) -> [Int16] {
        var samples: [Int16] = []
        switch self {
        case .pcm16: PCM16.decode(bytes.span, appendingTo: &samples)
        case .g711MuLaw: G711.muLaw.decode(bytes.span, appendingTo: &samples)
        case .g711ALaw: G711.aLaw.decode(bytes.span, appendingTo: &samples)
        }
        return samples
    }
}
