/// A sentence as the scripted model understands it: its words without punctuation, in order.
struct ScriptedLanguageModelWords: Sendable, Equatable {
    /// Lower case; arithmetic signs are words of their own.
    private(set) var list: [String] = []
    /// As they were said; same indices as `list`.
    private(set) var originals: [String] = []

    /// The words of `text`.
    init(_ text: String) {
        var word = ""
        let characters = Array(text)
        func flush(_ self: inout Self) {
            let bare = String(
                word.drop { $0 == "'" || $0 == "." }.reversed().drop { $0 == "'" || $0 == "." }.reversed())
            if !bare.isEmpty { self.add(bare) }
            word = ""
        }
        for (index, character) in characters.enumerated() {
            let next = index + 1 < characters.count ? characters[index + 1] : " "
            let previous = index > 0 ? characters[index - 1] : " "
            switch character {
            case "’": word.append("'")
            case "'": word.append(character)
            case ".", ",":
                if previous.isNumber, next.isNumber {
                    if character == "." { word.append(character) }
                } else if character == ".", next.isNumber, word.isEmpty {
                    word.append("0.")
                } else {
                    flush(&self)
                }
            case "+", "*", "/", "×", "÷", "−", "^", "%":
                flush(&self)
                add(String(character))
            case "-" where !(previous.isLetter && next.isLetter):
                flush(&self)
                add("-")
            case _ where character.isLetter || character.isNumber: word.append(character)
            default: flush(&self)
            }
        }
        flush(&self)
    }

    private mutating func add(_ word: String) {
        list.append(word.lowercased())
        originals.append(word)
    }

    /// Whether the words of `phrase` follow each other somewhere.
    func contains(_ phrase: String) -> Bool {
        let wanted = phrase.split(separator: " ").map(String.init)
        guard list.count >= wanted.count else { return false }
        return (0...(list.count - wanted.count)).contains { list[$0..<($0 + wanted.count)].elementsEqual(wanted) }
    }

    /// Whether it begins with the words of `phrase`.
    func starts(with phrase: String) -> Bool { list.starts(with: phrase.split(separator: " ").map(String.init)) }
}
