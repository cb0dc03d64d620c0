/// A mark that open models write around thoughts, roles and channels, and what to do where one stands.
///
/// Pure.
///
/// DESIGN: models write `<think>…</think>` with several names and brackets; templates write `<|name|>` marks and a few with other
/// brackets. Both are found by their first byte, and a text that ends inside of one is held until it is known. Marks of the form
/// `<|name|>` are dropped whatever their name, since no answer for a listener holds one.
enum AnswerMark: Equatable {
    case thoughtBegins
    /// Any end ends any thought.
    case thoughtEnds
    /// A name and a message follow: `<|start|>assistant<|channel|>final<|message|>`.
    case header(end: HeaderEnd)
    /// The text of a message follows.
    case message
    /// Nothing to be heard.
    case nothing

    /// How the header of a message ends, besides by the mark of its text.
    enum HeaderEnd: Equatable { case line, mark, message }

    /// What stands at a place.
    enum Found: Equatable {
        case none
        /// The text ends before it is known.
        case partial
        case mark(AnswerMark, length: Int)
    }

    /// The bytes with which a mark can begin: `<`, `[`, and the first one of `◁`.
    static func mayBegin(_ byte: UInt8) -> Bool { byte == 0x3C || byte == 0x5B || byte == 0xE2 }

    /// The mark at the beginning of `text`.
    static func find(in text: ArraySlice<UInt8>) -> Found {
        var isPartial = false
        for (bytes, mark) in fixed {
            switch match(bytes, text) {
            case .some(true): return .mark(mark, length: bytes.count)
            case .some(false): isPartial = true
            case nil: break
            }
        }
        for bar in bars {
            if let found = named(text, open: [0x3C] + bar, close: bar + [0x3E]) {
                guard found == .partial else { return found }
                isPartial = true
            }
        }
        return isPartial ? .partial : .none
    }

    /// true: `text` begins with `bytes`, upper and lower case alike; false: it ends before that is known; nil: it does not.
    static func match(_ bytes: [UInt8], _ text: ArraySlice<UInt8>) -> Bool? {
        for (wanted, byte) in zip(bytes, text) where wanted != lowercase(byte) { return nil }
        return text.count >= bytes.count
    }

    /// The most bytes of a mark.
    static let longest = 64

    /// `<|name|>`.
    private static func named(_ text: ArraySlice<UInt8>, open: [UInt8], close: [UInt8]) -> Found? {
        guard let begins = match(open, text) else { return nil }
        guard begins else { return .partial }
        var index = text.startIndex + open.count
        while index < text.endIndex, isName(text[index]), index - text.startIndex < longest { index += 1 }
        guard let ends = match(close, text[index...]) else { return nil }
        let name = String(decoding: text[(text.startIndex + open.count)..<index], as: UTF8.self).lowercased()
        guard ends else { return .partial }
        guard !name.isEmpty else { return nil }
        return .mark(mark(name), length: index - text.startIndex + close.count)
    }

    private static func mark(_ name: String) -> AnswerMark {
        switch name {
        case "start_thinking", "begin_of_thought": return .thoughtBegins
        case "end_thinking", "end_of_thought": return .thoughtEnds
        case "im_start": return .header(end: .line)
        case "start_header_id": return .header(end: .mark)
        case "start", "channel": return .header(end: .message)
        case "message", "end_header_id": return .message
        default: break
        }
        if thoughts.contains(name) { return .thoughtBegins }
        if name.hasPrefix("/"), thoughts.contains(String(name.dropFirst())) { return .thoughtEnds }
        return .nothing
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch lowercase(byte) {
        // "▁" of DeepSeek's names is three bytes beyond ASCII.
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
            UInt8(ascii: "-"), UInt8(ascii: "/"), 0xE2, 0x96, 0x81:
            true
        default: false
        }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    private static let thoughts = [
        "think", "thinking", "thought", "thoughts", "reasoning", "reason", "reflection", "scratchpad", "analysis",
        "inner_monologue", "seed:think", "mm:think",
    ]
    /// "|" and "｜".
    private static let bars: [[UInt8]] = [[0x7C], [0xEF, 0xBD, 0x9C]]

    /// Marks that are no names between bars, in lower case.
    private static let fixed: [(bytes: [UInt8], mark: AnswerMark)] = {
        var marks: [(String, AnswerMark)] = []
        for name in thoughts {
            marks.append(("<\(name)>", .thoughtBegins))
            marks.append(("</\(name)>", .thoughtEnds))
        }
        marks += [
            ("[think]", .thoughtBegins), ("[/think]", .thoughtEnds),
            ("◁think▷", .thoughtBegins), ("◁/think▷", .thoughtEnds),
            ("<unused94>", .thoughtBegins), ("<unused95>", .thoughtEnds),
            ("<start_of_turn>", .header(end: .line)),
        ]
        marks += [
            "</s>", "<eos>", "<bos>", "<pad>", "<end_of_turn>", "<end_of_utterance>", "[inst]", "[/inst]", "<<sys>>",
            "<</sys>>",
        ].map { ($0, .nothing) }
        return marks.map { (bytes: Array($0.0.utf8), mark: $0.1) }
    }()
}
