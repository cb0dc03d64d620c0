/// What a model sees of a tool's result.
///
/// It is made once, when the result is stored: counting the characters of a long text takes time.
enum ToolResult {
    /// Characters of one result that the model sees; characters are Unicode scalars here.
    static let limit = 64_000

    /// The beginning of `output` and a note to the model; nil where the model sees all of it.
    static func shortened(_ output: String) -> String? {
        guard output.utf8.count > limit else { return nil }
        let scalars = output.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return nil }
        // Every scalar has one UTF-8 byte that does not continue another.
        let rest = output.utf8[end...].reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
        return String(output[..<end]) + "\n[The result is longer; \(rest) characters were left out.]"
    }
}
