extension Span<UInt8> {
    /// Whether these bytes are exactly `text`.
    package func equals(_ text: StaticString) -> Bool {
        // Sound: a static string that is not one scalar lives for ever and has `utf8CodeUnitCount` bytes.
        guard text.hasPointerRepresentation, text.utf8CodeUnitCount == count else { return false }
        let start = unsafe text.utf8Start
        for index in 0..<count where unsafe start[index] != self[index] { return false }
        return true
    }

    /// The four hexadecimal digits at `offset` as a number; nil if one is not a digit.
    ///
    /// All four must be inside.
    func hexadecimal(at offset: Int) -> UInt32? {
        var value: UInt32 = 0
        for index in offset..<offset + 4 {
            let byte = self[index]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
