import Foundation
package import HTTPClient

/// An nginx that speaks HTTP/2 over TLS on a free port of loopback and hands every request to `upstream`, unbuffered:
/// the way real providers are reached, in front of a fake that only knows HTTP/1.1.
///
/// It ends with this object.
package final class HTTP2Front: Sendable {
    /// Where it is, the upstream's path included.
    package let baseURL: String
    /// Whom its clients have to trust.
    package let certificate: TestCertificate
    private let input: FileHandle
    private let directory: URL

    /// Starts nginx; `waitUntilReady` says when it serves.
    package static func start(upstream: FakeProvider) async throws -> HTTP2Front {
        let certificate = try await TestCertificate.make()
        return try await offThePool { try HTTP2Front(upstream: upstream, certificate: certificate) }
    }

    private init(upstream: FakeProvider, certificate: TestCertificate) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "antiphon-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let port = try Self.freePort()
        let target = upstream.baseURL.dropLast("/v1".count)
        let configuration = """
            daemon off; master_process off; pid \(directory.path)/pid; error_log stderr;
            events {}
            http {
              access_log off;
              client_body_temp_path \(directory.path)/body; proxy_temp_path \(directory.path)/proxy;
              fastcgi_temp_path \(directory.path)/f; uwsgi_temp_path \(directory.path)/u; scgi_temp_path \(directory.path)/s;
              server {
                listen 127.0.0.1:\(port) ssl http2;
                ssl_certificate \(certificate.path); ssl_certificate_key \(certificate.keyPath);
                location / {
                  proxy_pass \(target); proxy_http_version 1.1; proxy_buffering off; client_max_body_size 0;
                }
              }
            }
            """
        let file = directory.appending(path: "nginx.conf")
        try configuration.write(to: file, atomically: true, encoding: .utf8)
        let process = Process()
        let input = Pipe()
        input.keepFromChildren()
        // The shell ends nginx when its stdin is closed, which happens at the latest with this process. A gentle signal would
        // not arrive: children of `Process` start with most signals blocked.
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", "/usr/sbin/nginx -p \"$1\" -c \"$2\" & nginx=$!; read -r nothing; kill -9 $nginx", "sh",
            directory.path,
            file.path,
        ]
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.input = input.fileHandleForWriting
        self.directory = directory
        self.certificate = certificate
        baseURL = "https://127.0.0.1:\(port)/v1"
    }

    deinit {
        try? input.close()
        try? FileManager.default.removeItem(at: directory)
    }

    /// Waits until it serves.
    package func waitUntilReady(_ client: HTTPClient) async throws {
        for _ in 0..<200 {
            if let response = try? await client.execute(HTTPClientRequest(.get, baseURL + "/models")) {
                _ = try await response.body.collect(upTo: .max)
                return
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// A port that was free a moment ago.
    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 ? getsockname(descriptor, address, &length) : -1
            }
        }
        guard status == 0 else { throw CocoaError(.fileNoSuchFile) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
