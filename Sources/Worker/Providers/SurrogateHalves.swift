import Core

/// Puts characters together that a server cut into two UTF-16 halves at the border of two deltas.
///
/// Pure.
///
/// DESIGN: a JSON text may hold half a pair, `\ud83d` in one chunk and `\ude00` in the next, but a Swift string may not. `marked`
/// writes each lone half as a character of the last private plane before the chunk is parsed; `joined` puts two of them together and
/// makes U+FFFD of a half that stays alone. Chunks without halves, which is nearly all of them, are only looked through.
struct SurrogateHalves {
    /// The first half of a pair, whose other half may come with the next delta.
    private var first: UInt32?

    /// `text` of the next delta, a pair that began in the one before put together.
    mutating func joined(_ text: String, isMarked: Bool) -> String {
        guard isMarked || first != nil else { return text }
        var output = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let half = isMarked ? Self.half(scalar) : nil
            if let half, half >= 0xDC00, let high = first {
                first = nil
                output.append(Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (half - 0xDC00)) ?? "\u{FFFD}")
                continue
            }
            if first != nil {
                output.append("\u{FFFD}")
                first = nil
            }
            if let half, half < 0xDC00 {
                first = half
            } else {
                output.append(half == nil ? scalar : "\u{FFFD}")
            }
        }
        return String(output)
    }

    /// What stands for a half that nothing followed.
    mutating func finish() -> String {
        defer { first = nil }
        return first == nil ? "" : "\u{FFFD}"
    }

    /// `data` with its lone halves written as characters; nil when it has none.
    static func marked(_ data: [UInt8]) -> [UInt8]? {
        guard mayHoldHalves(data) else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(data.count)
        var index = 0
        var hasHalves = false
        while index < data.count {
            guard data[index] == UInt8(ascii: "\\"), index + 1 < data.count else {
                // Half a pair in the three bytes that UTF-8 does not allow.
                if data[index] == 0xED, index + 2 < data.count, data[index + 1] >= 0xA0 {
                    let half = 0xD000 | UInt32(data[index + 1] & 0x3F) << 6 | UInt32(data[index + 2] & 0x3F)
                    output += placeholder(half)
                    hasHalves = true
                    index += 3
                    continue
                }
                output.append(data[index])
                index += 1
                continue
            }
            guard let unit = unit(data, index), (0xD800...0xDFFF).contains(unit) else {
                output += data[index..<index + 2]
                index += 2
                continue
            }
            if unit < 0xDC00, let second = self.unit(data, index + 6), (0xDC00...0xDFFF).contains(second) {
                output += data[index..<index + 12]
                index += 12
            } else {
                output += placeholder(unit)
                hasHalves = true
                index += 6
            }
        }
        return hasHalves ? output : nil
    }

    private static func mayHoldHalves(_ data: [UInt8]) -> Bool {
        for index in data.indices {
            if data[index] == 0xED { return true }
            if data[index] == UInt8(ascii: "u"), index > 0, data[index - 1] == UInt8(ascii: "\\"),
                index + 1 < data.count, data[index + 1] | 0x20 == UInt8(ascii: "d")
            {
                return true
            }
        }
        return false
    }

    /// The unit of the escape at `index`; nil if there is none.
    private static func unit(_ data: [UInt8], _ index: Int) -> UInt32? {
        guard index + 6 <= data.count, data[index] == UInt8(ascii: "\\"), data[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        var unit: UInt32 = 0
        for byte in data[(index + 2)..<(index + 6)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    /// The last 2,048 characters of Unicode, one for each half.
    private static let base: UInt32 = 0x10F800

    private static func placeholder(_ half: UInt32) -> String.UTF8View {
        String(Character(Unicode.Scalar(base + (half - 0xD800)) ?? "\u{FFFD}")).utf8
    }

    private static func half(_ scalar: Unicode.Scalar) -> UInt32? {
        scalar.value >= base ? scalar.value - base + 0xD800 : nil
    }
}
