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

    @Test("names no source file that is not there, and every module that is")
    func tour() throws {
        let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL
        let text = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        let files =
            FileManager.default.enumerator(atPath: root.appending(path: "Sources").path)?.compactMap { $0 as? String }
            ?? []
        let others: Set = ["Package.swift", "Type.swift", "Type+Feature.swift"]
        let names = Set(files.map { ($0 as NSString).lastPathComponent }).union(others)
        let mentioned = text.matches(of: /`([A-Za-z0-9+]+\.swift)`/).map { String($0.output.1) }
        #expect(mentioned.count > 80)
        #expect(mentioned.filter { !names.contains($0) } == [])
        let modules = Set(
            files.filter { $0.hasSuffix(".swift") }.compactMap { $0.split(separator: "/").dropFirst().first })
        #expect(modules.filter { !text.contains("**\($0)**") } == [])
    }
}
