import Core

/// The arguments of a tool call as a model wrote them: JSON text that may have been cut short.
package enum ToolArguments {
    /// What must follow `text` so that it is one JSON object: nothing if it is one, `{}` if it is empty, the missing quotes and
    /// brackets if it was cut short; nil when no ending helps.
    package static func ending(of text: String) -> String? {
        if text.allSatisfy(\.isWhitespace) { return "{}" }
        if isObject(text) { return "" }
        guard let ending = closers(of: text), isObject(text + ending) else { return nil }
        return ending
    }

    private static func isObject(_ text: String) -> Bool {
        guard let value = try? JSONValue.parse(text) else { return false }
        return value.object != nil
    }

    /// The quotes and brackets that are open at the end of `text`; nil when it closes what was not open.
    private static func closers(of text: String) -> String? {
        var open: [UInt8] = []
        var isString = false
        var isEscaped = false
        for byte in text.utf8 {
            if isString {
                if isEscaped {
                    isEscaped = false
                } else {
                    isEscaped = byte == UInt8(ascii: "\\")
                    isString = byte != UInt8(ascii: "\"")
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isString = true
            case UInt8(ascii: "{"): open.append(UInt8(ascii: "}"))
            case UInt8(ascii: "["): open.append(UInt8(ascii: "]"))
            case UInt8(ascii: "}"), UInt8(ascii: "]"): guard open.popLast() == byte else { return nil }
            default: break
            }
        }
        let brackets = String(decoding: open.reversed(), as: UTF8.self)
        return (isEscaped ? "\\" : "") + (isString ? "\"" : "") + brackets
    }
}
