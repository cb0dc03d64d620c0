import Foundation

/// A certificate for 127.0.0.1 in a directory of its own, removed with this object.
package final class TestCertificate: Sendable {
    private let directory: URL

    /// Makes key and self-signed certificate with the `openssl` tool.
    package static func make() async throws -> TestCertificate {
        try await offThePool {
            try TestCertificate { try $0.request("certificate", subject: "127.0.0.1", ["-x509"] + address) }
        }
    }

    /// Makes a certificate that an intermediate authority signed, whose own root is not kept.
    package static func makeIssued() async throws -> TestCertificate {
        try await offThePool {
            try TestCertificate { made in
                try made.request("root", subject: "root", ["-x509"])
                try made.request("issuer", subject: "issuer", [])
                try made.sign("issuer", by: "root", "basicConstraints=critical,CA:TRUE")
                try made.request("certificate", subject: "127.0.0.1", [])
                try made.sign("certificate", by: "issuer", "subjectAltName=IP:127.0.0.1")
            }
        }
    }

    private init(_ make: (TestCertificate) throws -> Void) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "antiphon-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try make(self)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// The certificate, PEM.
    package var path: String { file("certificate.pem") }
    /// Its private key, PEM.
    package var keyPath: String { file("certificate.key") }
    /// The certificate of the authority that signed it, PEM; only where it was issued.
    package var issuerPath: String { file("issuer.pem") }

    private static let address = ["-addext", "subjectAltName=IP:127.0.0.1"]

    private func file(_ name: String) -> String { directory.appending(path: name).path }

    /// A key and a request, or with "-x509" a certificate that signs itself.
    private func request(_ name: String, subject: String, _ arguments: [String]) throws {
        try openssl(
            ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(subject)"]
                + (arguments.contains("-x509") ? ["-days", "1"] : []) + arguments
                + ["-keyout", file("\(name).key"), "-out", file("\(name).pem")])
    }

    private func sign(_ name: String, by issuer: String, _ fields: String) throws {
        try Data(fields.utf8).write(to: URL(filePath: file("\(name).fields")))
        try openssl([
            "x509", "-req", "-days", "1", "-in", file("\(name).pem"), "-CA", file("\(issuer).pem"), "-CAkey",
            file("\(issuer).key"), "-CAcreateserial", "-extfile", file("\(name).fields"), "-out",
            file("\(name).signed"),
        ])
        try FileManager.default.removeItem(atPath: file("\(name).pem"))
        try FileManager.default.moveItem(atPath: file("\(name).signed"), toPath: file("\(name).pem"))
    }

    private func openssl(_ arguments: [String]) throws {
        let openssl = Process()
        openssl.executableURL = URL(filePath: "/usr/bin/env")
        openssl.arguments = ["openssl"] + arguments
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        guard openssl.terminationStatus == 0 else { throw CocoaError(.executableNotLoadable) }
    }
}
