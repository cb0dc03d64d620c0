/// What a listener is to hear of a model's text: without its thoughts and without the marks of its template.
///
/// Pure: pieces of any length in, what is known to be heard out.
///
/// DESIGN. A thought at the beginning of the answer, or of a line, is dropped to its end or to the end of the answer. Within a line
/// the same word may be what the answer is about ("the `<think>` tag"): it is taken for a thought when its end comes, and given back
/// when the answer ends without one. Code between backticks is left as it is. A template may begin the thought itself, so that the
/// answer only holds its end: where that is known (`beginsInThought`), nothing is heard before that end or the end of the answer.
/// Of messages with a header (`<|start|>assistant<|channel|>analysis<|message|>`) those are heard that a listener is meant to hear.
struct HeardText {
    private enum State: Equatable {
        case heard
        case thought(mayBeText: Bool)
        case header(AnswerMark.HeaderEnd)
        case hiddenMessage
    }
    private var state = State.heard
    /// What came and is not decided yet.
    private var pending: [UInt8] = []
    /// What is given back if its thought never ends.
    private var doubtful: [UInt8] = []
    private var hasHeard = false
    private var trims = false
    private var isLineStart = true
    private var code = CodeSpans()
    /// Whether a thought ended that had no beginning, so that the model's template begins it.
    private(set) var endedUnbegunThought = false
    private var isWaiting: Bool
    /// Up to where what waits was looked through.
    private var searched = 0

    /// - Parameter beginsInThought: nothing is heard until a thought has ended.
    init(beginsInThought: Bool = false) { isWaiting = beginsInThought }

    /// The next piece of the model's text; what is now known to be heard.
    mutating func read(_ text: String) -> String {
        if pending.isEmpty, state == .heard, !isWaiting, !trims, !text.utf8.contains(where: Self.isSpecial) {
            note(text.utf8)
            return text
        }
        pending += text.utf8
        if isWaiting, pending.count > Self.limit {
            pending.removeFirst(pending.count - Self.limit / 2)
            searched = 0
        }
        return step(isEnd: false)
    }

    /// The server gives thoughts apart from the text, so the text holds none.
    mutating func thoughtsComeApart() { isWaiting = false }

    /// The rest at the end of the answer.
    ///
    /// - Parameter isWhole: the model ended by itself and called no tool, so that what looked like a thought may be text.
    /// - Returns: what is left to be heard.
    mutating func finish(isWhole: Bool) -> String {
        if isWaiting, !isWhole { pending = [] }
        isWaiting = false
        var rest = step(isEnd: true)
        if state == .thought(mayBeText: true), isWhole { rest += Self.withoutMarks(doubtful) }
        doubtful = []
        return rest
    }

    /// What began as a thought and was text, the marks within it left out.
    private static func withoutMarks(_ text: [UInt8]) -> String {
        var output: [UInt8] = []
        var index = 0
        while index < text.count {
            if index > 0, AnswerMark.mayBegin(text[index]),
                case .mark(_, let length) = AnswerMark.find(in: text[index...])
            {
                index += length
                continue
            }
            output.append(text[index])
            index += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    private mutating func step(isEnd: Bool) -> String {
        if isWaiting {
            guard let end = Self.unbegunEnd(in: pending, from: searched) else {
                searched = max(0, pending.count - AnswerMark.longest)
                return ""
            }
            pending.removeFirst(end)
            isWaiting = false
            trims = true
        }
        var output: [UInt8] = []
        var index = 0
        loop: while index < pending.count {
            switch state {
            case .heard:
                guard readHeard(&index, &output, isEnd) else { break loop }
            case .thought(let mayBeText):
                guard readThought(mayBeText, &index, isEnd) else { break loop }
            case .header(let end):
                guard readHeader(end, &index, isEnd) else { break loop }
            case .hiddenMessage:
                switch AnswerMark.find(in: pending[index...]) {
                case .mark(let mark, let length):
                    index += length
                    if case .header(let end) = mark { state = .header(end) } else { state = .heard }
                    trims = !hasHeard
                case .partial where !isEnd: break loop
                default: index += 1
                }
            }
        }
        pending.removeFirst(min(index, pending.count))
        return String(decoding: output, as: UTF8.self)
    }

    /// Reads one byte or one mark of a thought; false when more must come first.
    private mutating func readThought(_ mayBeText: Bool, _ index: inout Int, _ isEnd: Bool) -> Bool {
        if AnswerMark.mayBegin(pending[index]) {
            switch AnswerMark.find(in: pending[index...]) {
            case .mark(.thoughtEnds, let length):
                index += length
                state = .heard
                doubtful = []
                trims = !hasHeard
                return true
            case .mark(.header(let end), let length):
                index += length
                state = .header(end)
                return true
            case .partial where !isEnd: return false
            default: break
            }
        }
        if mayBeText, doubtful.count < Self.limit { doubtful.append(pending[index]) }
        index += 1
        return true
    }

    /// Reads one byte or one mark of what is heard; false when more must come first.
    private mutating func readHeard(_ index: inout Int, _ output: inout [UInt8], _ isEnd: Bool) -> Bool {
        let byte = pending[index]
        if AnswerMark.mayBegin(byte) {
            switch AnswerMark.find(in: pending[index...]) {
            case .partial where !isEnd: return false
            // The beginning of a mark, not of a word: "<|im_e".
            case .partial where [0x7C, 0xEF].contains(pending[index...].dropFirst().first):
                index = pending.count
                return true
            case .mark(let mark, let length) where take(mark, pending[index..<index + length], &output):
                index += length
                return true
            default: break
            }
        }
        index += 1
        if trims, Self.isBlank(byte) { return true }
        trims = false
        output.append(byte)
        note(CollectionOfOne(byte))
        return true
    }

    /// What a mark in the heard text does; false when it is text after all.
    private mutating func take(_ mark: AnswerMark, _ bytes: ArraySlice<UInt8>, _ output: inout [UInt8]) -> Bool {
        switch mark {
        case .thoughtBegins:
            guard !code.isOpen else { return false }
            let mayBeText = hasHeard && !isLineStart
            state = .thought(mayBeText: mayBeText)
            doubtful = mayBeText ? Array(bytes) : []
        case .thoughtEnds:
            guard !code.isOpen else { return false }
            endedUnbegunThought = true
            trims = !hasHeard
        case .header(let end): state = .header(end)
        case .message: break
        case .nothing:
            // Marks with bars stand in no code that is shown to anybody.
            if code.isOpen, bytes.dropFirst().first != 0x7C, bytes.dropFirst().first != 0xEF { return false }
            trims = trims || !hasHeard
        }
        return true
    }

    private var header: [UInt8] = []

    private mutating func readHeader(_ end: AnswerMark.HeaderEnd, _ index: inout Int, _ isEnd: Bool) -> Bool {
        let byte = pending[index]
        if end == .line, byte == 0x0A {
            index += 1
            beginMessage()
            return true
        }
        if AnswerMark.mayBegin(byte) {
            switch AnswerMark.find(in: pending[index...]) {
            case .partial where !isEnd: return false
            case .mark(.message, let length):
                index += length
                beginMessage()
                return true
            case .mark(let mark, let length):
                index += length
                header.append(0x20)
                // A header that another mark ends was none.
                if case .header = mark {} else if mark == .nothing, end != .message { beginMessage() }
                return true
            default: break
            }
        }
        index += 1
        header.append(byte)
        if header.count > AnswerMark.longest * 4 { beginMessage() }
        return true
    }

    /// A message begins: the model's own words to the listener are heard, everything else is not.
    private mutating func beginMessage() {
        let words = Set(
            String(decoding: header, as: UTF8.self).lowercased().split { !$0.isLetter && $0 != "." && $0 != "=" })
        header = []
        let isHidden = words.contains {
            ["analysis", "commentary", "user", "system", "developer", "tool"].contains($0)
        }
        state = isHidden && !words.contains("final") ? .hiddenMessage : .heard
        trims = !hasHeard
    }

    private mutating func note(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            code.read(byte)
            if byte == 0x0A {
                isLineStart = true
            } else if !Self.isBlank(byte) {
                isLineStart = false
                hasHeard = true
            }
        }
    }

    /// Where the text begins after the end of a thought that something else began; nil while there is none.
    private static func unbegunEnd(in text: [UInt8], from start: Int) -> Int? {
        var index = text.count - 1
        while index >= start {
            if AnswerMark.mayBegin(text[index]),
                case .mark(.thoughtEnds, let length) = AnswerMark.find(in: text[index...])
            {
                return index + length
            }
            index -= 1
        }
        return nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func isSpecial(_ byte: UInt8) -> Bool { AnswerMark.mayBegin(byte) }

    /// Bytes of undecided text that are kept; a model that thinks longer has thought.
    private static let limit = 256 << 10
}
