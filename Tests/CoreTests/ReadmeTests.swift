import Core
import Foundation
import TestSupport
import Testing

@Suite("README")
struct ReadmeTests {
    @Test("has the table of all settings as the programs know them")
    func settings() throws {
        try GeneratedText(markdown: "README.md", "settings").check(ConfigurationHelp.markdown())
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
