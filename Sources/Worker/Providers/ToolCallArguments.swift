import Core

/// The arguments of one tool call as they come, in pieces or whole, once or several times.
///
/// Pure.
///
/// DESIGN: what begins as an object is passed on as it comes. Once the object is whole, the same object again is dropped and another
/// one belongs to another call. Anything else is held to the end: it may be an object written as a string, or in a code block,
/// or a word for nothing.
struct ToolCallArguments {
    /// Everything that was passed on or is held.
    private var text = ""
    private var isHeld = false
    private var depth = 0
    private var isString = false
    private var isEscaped = false
    private var isWhole = false
    /// A whole object that follows the first, as far as it came.
    private var next = ""

    /// The next piece.
    ///
    /// - Returns: what of it is passed on, and what belongs to another call.
    mutating func read(_ piece: String) -> (taken: String, rest: String) {
        guard !piece.isEmpty else { return ("", "") }
        if isWhole { return ("", following(piece)) }
        if isHeld {
            text += piece
            return ("", "")
        }
        if text.isEmpty {
            let start = piece.drop(while: \.isWhitespace)
            guard let first = start.first else { return ("", "") }
            guard first == "{" else {
                isHeld = true
                text = String(start)
                return ("", "")
            }
            return scan(String(start))
        }
        // Each piece holds all that came before.
        if piece.utf8.count > text.utf8.count, piece.hasPrefix(text), !expectsValue || text.utf8.count > 8 {
            return scan(String(piece.dropFirst(text.count)))
        }
        return scan(piece)
    }

    /// What completes the arguments at the end.
    mutating func finish() -> String {
        if text.isEmpty { return "{}" }
        guard isHeld else { return "" }
        return Self.object(text)
    }

    /// Passes on what belongs to the object.
    private mutating func scan(_ piece: String) -> (taken: String, rest: String) {
        let taken = prefix(piece)
        text += taken
        guard isWhole else { return (taken, "") }
        return (taken, following(String(piece.dropFirst(taken.count))))
    }

    /// The part of `piece` that belongs to the object.
    private mutating func prefix(_ piece: String) -> String {
        var count = 0
        for byte in piece.utf8 {
            count += 1
            guard !isString else {
                isString = isEscaped || byte != UInt8(ascii: "\"")
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            isWhole = depth == 0
            if isWhole { break }
        }
        return count == piece.utf8.count ? piece : String(decoding: piece.utf8.prefix(count), as: UTF8.self)
    }

    /// What follows the whole object: nothing, the same again, or the arguments of another call.
    private mutating func following(_ piece: String) -> String {
        next += piece
        var rest = next[...]
        while true {
            rest = rest.drop(while: \.isWhitespace)
            // What is no object says nothing, and what never ends is none.
            guard rest.first == "{", rest.utf8.count <= Self.longestFollowing else {
                next = ""
                return ""
            }
            var other = ToolCallArguments()
            let object = other.prefix(String(rest))
            guard other.isWhole else {
                next = String(rest)
                return ""
            }
            guard let value = try? JSONValue.parse(object), value == (try? JSONValue.parse(text)) else {
                next = ""
                return String(rest)
            }
            rest = rest.dropFirst(object.count)
        }
    }

    /// Whether a value may come next, which may begin like the whole.
    private var expectsValue: Bool {
        isString || [":", "[", ","].contains(text.last { !$0.isWhitespace })
    }

    /// Bytes of a second object that are waited for.
    private static let longestFollowing = 32 << 10

    /// The object that `text` stands for; `text` itself where it stands for none.
    private static func object(_ text: String) -> String {
        var body = Substring(text)
        if body.hasPrefix("```") {
            body = body.drop { $0 != "{" && $0 != "\n" }
            if let end = body.firstRange(of: "```") { body = body[..<end.lowerBound] }
        }
        let trimmed = String(body).trimmingBlanks
        if ["", "null", "None", "none", "undefined", "\"\"", "[]"].contains(trimmed) { return "{}" }
        if let value = try? JSONValue.parse(trimmed) {
            if value.object != nil { return trimmed }
            if let inner = value.string {
                if inner.allSatisfy(\.isWhitespace) { return "{}" }
                if let value = try? JSONValue.parse(inner), value.object != nil { return inner }
            }
        }
        return text
    }
}
