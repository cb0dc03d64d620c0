/// Why a text is not JSON that we accept.
package struct JSONError: Error, Sendable, Equatable {
    /// What is wrong.
    package var reason: Reason
    /// Byte offset at which the fault was seen.
    package var offset: Int
    /// The fault `reason`, seen at byte `offset`.
    package init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// The closed set of faults.
    package enum Reason: String, Sendable, CaseIterable {
        /// A byte that the grammar (RFC 8259) does not allow there.
        case unexpectedByte = "unexpected byte"
        case unexpectedEnd = "unexpected end"
        case invalidNumber = "invalid number"
        case invalidEscape = "invalid escape"
        case invalidUTF8 = "invalid UTF-8"
        /// A control character inside a string.
        case controlCharacter = "control character in a string"
        /// Something follows the first value.
        case trailingBytes = "bytes after the value"
        case tooLong = "text too long"
        case tooDeep = "nested too deeply"
        case tooManyValues = "too many values"
    }
}

extension JSONError: CustomStringConvertible {
    package var description: String { "\(reason.rawValue) at byte \(offset)" }
}
