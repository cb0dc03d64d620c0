/// Finds what somebody may have meant.
enum Spelling {
    /// " Did you mean …?" with up to three names close to `word`, or nothing.
    static func suggestion(for word: String, among names: some Sequence<String>) -> String {
        // A third of the word may be wrong: enough for a transposed or missing part, too little to match everything.
        let limit = max(2, word.count / 3)
        let near = names.map { (distance: distance(word, $0), name: $0) }.filter { $0.distance <= limit }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
        guard let last = near.last else { return "" }
        let listed = near.count == 1 ? last : near.dropLast().joined(separator: ", ") + " or " + last
        return " Did you mean \(listed)?"
    }

    /// The number of characters to insert, delete or replace (Levenshtein).
    static func distance(_ a: String, _ b: String) -> Int {
        let a = Array(a.utf8)
        let b = Array(b.utf8)
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let replaced = diagonal + (x == y ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}
