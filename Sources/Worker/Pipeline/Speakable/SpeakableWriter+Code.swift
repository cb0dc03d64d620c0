// Blocks of code are not spoken: read aloud they are no words. Names and short pieces of code within a sentence are, without
// the marks, which are not spoken. A block that calls itself text is text.

extension SpeakableWriter {
    /// Opens a block of code if the line does so.
    mutating func openFence(_ line: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let mark = line.first, mark == "`" || mark == "~" else { return false }
        let count = line.prefix { $0 == mark }.count
        let rest = line.dropFirst(count)
        guard count >= 3, mark == "~" || !rest.contains("`") else { return false }
        let name = String(String.UnicodeScalarView(rest.drop(while: \.isSpace).prefix { !$0.isSpace })).lowercased()
        if marks.isProse, name.isEmpty {
            marks.isProse = false
        } else if Self.prose.contains(name) {
            marks.isProse = true
        } else {
            open(.fence(mark, count: count))
        }
        return true
    }

    private static let prose: Set = ["markdown", "md", "text", "txt", "plain", "plaintext"]

    /// Code between backticks: as it is, but for signs that are no part of a word or a sum.
    mutating func readCode(at index: Int, in range: Range<Int>) -> Int {
        let count = source[index..<range.upperBound].prefix { $0 == "`" }.count
        var close = index + count
        while close < range.upperBound {
            let run = source[close..<range.upperBound].prefix { $0 == "`" }.count
            if run == count { break }
            close += max(1, run)
        }
        guard close < range.upperBound else { return count }
        for position in index + count..<close {
            if "<>{}[]()|\\`;\"$^~".unicodeScalars.contains(source[position]) {
                widen(.space)
            } else {
                writePlain(at: position, next: scalar(position + 1, in: range))
            }
        }
        return close + count - index
    }
}
