import Foundation

/// A self-signed certificate for 127.0.0.1 in a directory of its own, removed with this object.
package final class TestCertificate: Sendable {
    private let directory: URL

    /// Makes key and certificate with the `openssl` tool.
    package static func make() async throws -> TestCertificate { try await offThePool { try TestCertificate() } }

    private init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "antiphon-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let openssl = Process()
        openssl.executableURL = URL(filePath: "/usr/bin/env")
        openssl.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "1",
            "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", keyPath, "-out", path,
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        guard openssl.terminationStatus == 0 else { throw CocoaError(.executableNotLoadable) }
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// The certificate, PEM.
    package var path: String { directory.appending(path: "certificate.pem").path }
    /// Its private key, PEM.
    package var keyPath: String { directory.appending(path: "key.pem").path }
}
