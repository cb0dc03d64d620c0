import Audio
import Waveforms

/// Makes mono samples of uncompressed audio of any coding, however its bytes are cut.
struct SampleDecoder {
    /// How the bytes are to be read.
    struct Layout: Sendable, Equatable {
        var coding = SampleCoding.pcm16
        var isBigEndian = false
        /// One or more.
        var channels = 1
    }

    private let layout: Layout
    /// A frame whose rest has not come.
    private var partial: [UInt8] = []

    init(_ layout: Layout) { self.layout = layout }

    /// The samples that `bytes` complete: the mean of the channels.
    mutating func decode(_ bytes: [UInt8]) -> [Int16] {
        let all = partial.isEmpty ? bytes : partial + bytes
        let width = layout.coding.width
        let frame = width * layout.channels
        let count = all.count / frame
        partial = Array(all[(count * frame)...])
        var samples: [Int16] = []
        if layout == Layout() {
            PCM16.decode(all.span, appendingTo: &samples)
            return samples
        }
        samples.reserveCapacity(count)
        for index in 0..<count {
            var sum = 0
            for channel in 0..<layout.channels { sum += Int(sample(all, index * frame + channel * width)) }
            samples.append(Int16(sum / layout.channels))
        }
        return samples
    }

    private func sample(_ bytes: [UInt8], _ index: Int) -> Int16 {
        switch layout.coding {
        case .muLaw: G711.muLaw.sample(of: bytes[index])
        case .aLaw: G711.aLaw.sample(of: bytes[index])
        case .pcm8: (Int16(bytes[index]) - 128) << 8
        case .pcm16, .pcm24, .pcm32:
            Int16(truncatingIfNeeded: number(bytes, index) >> UInt64(layout.coding.width * 8 - 16))
        case .float32: Self.sample(Double(Float(bitPattern: UInt32(truncatingIfNeeded: number(bytes, index)))))
        case .float64: Self.sample(Double(bitPattern: number(bytes, index)))
        }
    }

    private func number(_ bytes: [UInt8], _ index: Int) -> UInt64 {
        let width = layout.coding.width
        var number: UInt64 = 0
        for offset in 0..<width {
            number = number << 8 | UInt64(bytes[index + (layout.isBigEndian ? offset : width - 1 - offset)])
        }
        return number
    }

    /// Beyond -1…1 is full scale, what is no number is silence.
    private static func sample(_ value: Double) -> Int16 {
        value.isNaN ? 0 : Int16(max(-32_768, min(32_767, (value * 32_768).rounded())))
    }
}
