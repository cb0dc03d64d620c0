extension Span<UInt8> {
    /// Appends the content of a JSON string with its escapes read; the escapes must have been checked.
    ///
    /// Half a surrogate pair becomes U+FFFD, as JavaScript's TextEncoder writes it.
    func appendUnescaped(to output: inout [UInt8]) {
        var index = 0
        while index < count {
            let byte = self[index]
            guard byte == UInt8(ascii: "\\"), index + 1 < count else {
                output.append(byte)
                index += 1
                continue
            }
            let escape = self[index + 1]
            index += 2
            switch escape {
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "f"): output.append(0x0C)
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "u"): output.append(contentsOf: String(scalar(afterU: &index)).utf8)
            default: output.append(escape)
            }
        }
    }

    /// The scalar of a `\u` escape whose digits start at `index`, together with the second half of a surrogate pair if
    /// that follows.
    private func scalar(afterU index: inout Int) -> Unicode.Scalar {
        let replacement: Unicode.Scalar = "\u{FFFD}"
        guard let first = unit(at: index) else { return replacement }
        index += 4
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, index + 1 < count, self[index] == UInt8(ascii: "\\"),
            self[index + 1] == UInt8(ascii: "u"),
            let second = unit(at: index + 2), (0xDC00...0xDFFF).contains(second)
        else { return replacement }
        index += 6
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? replacement
    }

    private func unit(at offset: Int) -> UInt32? {
        offset + 4 <= count ? hexadecimal(at: offset) : nil
    }
}

extension String {
    /// The text of `bytes`, each fault in their UTF-8 replaced by U+FFFD.
    package init(decoding bytes: Span<UInt8>) {
        // Sound: the buffer is only read inside the closure.
        self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
