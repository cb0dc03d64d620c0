/// One answer of the server (RESP2), copied out of the C library's memory.
package enum RedisReply: Sendable, Hashable {
    case null
    case integer(Int64)
    case string([UInt8])
    case status(String)
    case array([RedisReply])
    /// Inside an array only; as a whole answer it is thrown.
    case error(String)

    /// The text of a string or status; nil otherwise.
    ///
    /// Bytes that are not UTF-8 are replaced.
    package var text: String? {
        switch self {
        case .string(let bytes): String(decoding: bytes, as: UTF8.self)
        case .status(let text): text
        default: nil
        }
    }

    /// The bytes of a string; nil otherwise.
    package var bytes: [UInt8]? { if case .string(let bytes) = self { bytes } else { nil } }

    /// The number, also one written as text (hash fields and Lua numbers arrive that way); nil otherwise.
    package var number: Int64? {
        switch self {
        case .integer(let value): value
        case .string, .status: text.flatMap { Int64($0) }
        default: nil
        }
    }

    /// The elements of an array; nil otherwise.
    package var array: [RedisReply]? { if case .array(let elements) = self { elements } else { nil } }

    /// Whether there is no value.
    package var isNull: Bool { self == .null }

    /// Field and value pairs as HGETALL sends them; nil if it is not an even array of strings.
    package var fields: [String: RedisReply]? {
        guard let elements = array, elements.count.isMultiple(of: 2) else { return nil }
        var fields: [String: RedisReply] = [:]
        for index in stride(from: 0, to: elements.count, by: 2) {
            guard let name = elements[index].text else { return nil }
            fields[name] = elements[index + 1]
        }
        return fields
    }
}
