import Core
import Foundation
import TestSupport

/// A running `Tests/Fakes/fake_tool.py`, which answers as the query of its address says.
///
/// It ends with this object, or with this process, because its standard input is then closed.
final class FakeTool: Sendable {
    let baseURL: String
    let port: Int
    private let process: Process
    private let input: FileHandle

    static func start(certificate: TestCertificate? = nil) async throws -> FakeTool {
        try await offThePool { try FakeTool(certificate) }
    }

    private init(_ certificate: TestCertificate?) throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fakes/fake_tool.py")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script.standardizedFileURL.path]
        if let certificate { process.arguments? += ["--tls", certificate.path, certificate.keyPath] }
        let (output, input) = (Pipe(), Pipe())
        let writing = input.fileHandleForWriting.fileDescriptor
        _ = fcntl(writing, F_SETFD, fcntl(writing, F_GETFD) | FD_CLOEXEC)
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let said = try JSONValue.parse([UInt8](output.fileHandleForReading.availableData))
        guard let url = said["base_url"]?.string, let port = said["port"]?.integer else {
            throw CocoaError(.executableNotLoadable)
        }
        (self.process, self.input, baseURL, self.port) = (process, input.fileHandleForWriting, url, port)
    }

    deinit {
        try? input.close()
        process.terminate()
    }
}
