import Foundation
import Synchronization
import Testing

/// A part of a document that is made from the sources: between a line that says how, and a line that ends it.
///
/// With `UPDATE_README=1` a test writes the part, otherwise it compares it.
package struct GeneratedText: Sendable {
    /// Several tests may write into one document.
    private static let lock = Mutex(())
    private static let command = "written by `UPDATE_README=1 swift test --filter ReadmeTests`"

    private let file: URL
    private let start: String
    private let end: String

    /// The part called `name` of a Markdown file in the root of the repository.
    package init(markdown file: String, _ name: String) {
        self.init(file, start: "<!-- \(name): \(Self.command) -->\n", end: "<!-- end of \(name) -->")
    }

    /// The part called `name` of a YAML file in the root of the repository.
    package init(yaml file: String, _ name: String) {
        self.init(file, start: "# \(name): \(Self.command)\n", end: "# end of \(name)")
    }

    private init(_ file: String, start: String, end: String) {
        self.file = URL(filePath: #filePath).appending(path: "../../../\(file)").standardizedFileURL
        (self.start, self.end) = (start, end)
    }

    /// Compares or writes the part; `text` ends with a line end and what stands before the end mark on its line.
    package func check(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try Self.lock.withLock { _ in
            let document = try String(contentsOf: file, encoding: .utf8)
            let before = try #require(document.range(of: start)?.upperBound, sourceLocation: sourceLocation)
            let after = try #require(
                document.range(of: end, range: before..<document.endIndex)?.lowerBound, sourceLocation: sourceLocation)
            if ProcessInfo.processInfo.environment["UPDATE_README"] == "1" {
                try (document[..<before] + text + document[after...])
                    .write(to: file, atomically: true, encoding: .utf8)
            } else {
                #expect(
                    document[before..<after] == text, "run UPDATE_README=1 swift test --filter ReadmeTests",
                    sourceLocation: sourceLocation)
            }
        }
    }
}
