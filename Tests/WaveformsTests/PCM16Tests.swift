import Waveforms
import Testing

@Suite("16-bit samples")
struct PCM16Tests {
    let samples: [Int16] = [0, 1, -1, .max, .min, 0x1234]
    let bytes: [UInt8] = [0, 0, 1, 0, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0x80, 0x34, 0x12]

    @Test("are little-endian on the wire")
    func order() {
        var (encoded, decoded): ([UInt8], [Int16]) = ([7], [7])
        PCM16.encode(samples.span, appendingTo: &encoded)
        PCM16.decode(bytes.span, appendingTo: &decoded)
        #expect(encoded == [7] + bytes)
        #expect(decoded == [7] + samples)
    }

    @Test("need both of their bytes")
    func odd() {
        var decoded: [Int16] = []
        PCM16.decode([UInt8]().span, appendingTo: &decoded)
        PCM16.decode([1 as UInt8].span, appendingTo: &decoded)
        PCM16.decode([1, 0, 2].span, appendingTo: &decoded)
        #expect(decoded == [1])
    }

    @Test("come whole out of a stream that is cut anywhere", arguments: 1...12)
    func stream(size: Int) {
        var decoder = PCM16Decoder()
        var decoded: [Int16] = []
        for begin in stride(from: 0, to: bytes.count, by: size) {
            let piece = bytes.span.extracting(begin..<min(begin + size, bytes.count))
            decoder.decode(piece, appendingTo: &decoded)
            decoder.decode([UInt8]().span, appendingTo: &decoded)
        }
        #expect(decoded == samples)
        #expect(!decoder.isMidSample)
    }

    @Test("become floats and come back")
    func floats() {
        var (floats, back): ([Float], [Int16]) = ([], [])
        PCM16.floats(samples.span, appendingTo: &floats)
        PCM16.samples(floats.span, appendingTo: &back)
        #expect(floats[4] == -1)
        #expect(back == samples)
    }

    @Test("are clipped from floats beyond full scale, and silent for no number")
    func clipping() {
        var back: [Int16] = []
        PCM16.samples([2 as Float, -2, .infinity, -.infinity, .nan].span, appendingTo: &back)
        #expect(back == [.max, .min, .max, .min, 0])
    }
}
