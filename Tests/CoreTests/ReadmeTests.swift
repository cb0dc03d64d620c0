import Core
import Foundation
import Testing

@Suite("README")
struct ReadmeTests {
    /// The lines that the table stands between.
    private static let start = "<!-- settings: written by `UPDATE_README=1 swift test --filter ReadmeTests` -->\n"
    private static let end = "<!-- end of settings -->"

    @Test("has the table of all settings as the programs know them")
    func settings() throws {
        let file = URL(filePath: #filePath).appending(path: "../../../README.md").standardizedFileURL
        let text = try String(contentsOf: file, encoding: .utf8)
        let before = try #require(text.range(of: Self.start)?.upperBound)
        let after = try #require(text.range(of: Self.end)?.lowerBound)
        let table = ConfigurationHelp.markdown()
        if ProcessInfo.processInfo.environment["UPDATE_README"] == "1" {
            try (text[..<before] + table + text[after...]).write(to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(text[before..<after] == table, "run UPDATE_README=1 swift test --filter ReadmeTests")
        }
    }
}
