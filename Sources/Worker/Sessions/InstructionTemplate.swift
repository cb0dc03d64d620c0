import Core
import RealtimeProtocol

/// Puts values in the place of `{{name}}` in instructions.
///
/// What is put in is not looked at again, so a value cannot bring in another; a name without a value stays as it is written.
struct InstructionTemplate: Sendable {
    private let values: [String: String]

    /// UTF-8 bytes that the values may add to one text; what does not fit stays as it is written.
    private static let longestInsertion = ProtocolLimits.longTextLength

    /// A template with these values.
    init(_ values: [String: String]) { self.values = values }

    /// `text` with its values.
    func rendered(_ text: String) -> String {
        guard !values.isEmpty else { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var room = Self.longestInsertion
        var copied = 0
        while let place = Self.firstPlace(in: bytes, from: copied) {
            let name = String(decoding: bytes[(place.lowerBound + 2)..<(place.upperBound - 2)], as: UTF8.self)
            if let value = values[name.trimmingBlanks]?.utf8, value.count <= room {
                room -= value.count
                result += bytes[copied..<place.lowerBound]
                result += value
            } else {
                result += bytes[copied..<place.upperBound]
            }
            copied = place.upperBound
        }
        return copied == 0 ? text : String(decoding: result + bytes[copied...], as: UTF8.self)
    }

    /// The first two closing braces and the last two opening ones before them, with what is between; one pass over `bytes`.
    private static func firstPlace(in bytes: [UInt8], from start: Int) -> Range<Int>? {
        var open: Int?
        var index = start
        while index + 1 < bytes.count {
            switch (bytes[index], bytes[index + 1]) {
            case (UInt8(ascii: "{"), UInt8(ascii: "{")): open = index
            case (UInt8(ascii: "}"), UInt8(ascii: "}")):
                if let open, index >= open + 2 { return open..<(index + 2) }
            default: break
            }
            index += 1
        }
        return nil
    }
}
