import Foundation
import Glibc
package import Redis

/// A private redis-server in its own directory, reached by a socket in it; stopped and removed with the last reference.
package final class RedisServerFixture: @unchecked Sendable {
    /// Starting or stopping did not work.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private let directory: URL
    private let arguments: [String]
    // Guarded by `lock`, which makes the type Sendable.
    private var process: Process?
    private let lock = NSLock()
    /// The TCP port, if one was asked for.
    package let port: Int?

    /// Starts a server that keeps an append-only file, so that a restart finds its data again.
    package init(arguments: [String] = [], withPort: Bool = false) throws {
        directory = FileManager.default.temporaryDirectory.appending(
            path: "antiphon-redis-\(UUID().uuidString.prefix(8))")
        port = withPort ? try Self.freePort() : nil
        self.arguments = arguments
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try start()
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: directory)
    }

    /// The path of its socket.
    package var socketPath: String { directory.appending(path: "s").path }

    /// Its address for `RedisConnection`.
    package var address: RedisAddress {
        get throws { try RedisAddress(socketPath) }
    }

    /// Starts the server again after `stop` or `kill` and waits until it takes connections.
    package func start() throws {
        try lock.withLock {
            guard process == nil else { return }
            let server = Process()
            server.executableURL = URL(filePath: "/usr/bin/redis-server")
            server.arguments =
                [
                    "--port", port.map(String.init) ?? "0", "--bind", "127.0.0.1", "--unixsocket", socketPath, "--dir",
                    directory.path, "--save", "", "--appendonly", "yes", "--daemonize", "no", "--logfile", "log",
                ] + arguments
            server.standardOutput = FileHandle.nullDevice
            server.standardError = FileHandle.nullDevice
            try server.run()
            process = server
            try waitUntilListening()
        }
    }

    /// Ends the server as an operator would; its data stays.
    package func stop() { end(with: SIGTERM) }

    /// Ends the server as a crash would; its data stays.
    package func kill() { end(with: SIGKILL) }

    /// Ends the server and starts it again with the same data.
    package func restart() throws {
        stop()
        try start()
    }

    /// Lets the server hang, connections open, until `resume`.
    package func pause() { signal(SIGSTOP) }

    /// Ends `pause`.
    package func resume() { signal(SIGCONT) }

    private func signal(_ number: Int32) {
        lock.withLock { if let process { _ = Glibc.kill(process.processIdentifier, number) } }
    }

    private func end(with number: Int32) {
        lock.withLock {
            guard let process else { return }
            _ = Glibc.kill(process.processIdentifier, number)
            // A paused process takes SIGTERM only when it runs again.
            _ = Glibc.kill(process.processIdentifier, SIGCONT)
            process.waitUntilExit()
            self.process = nil
        }
    }

    private func waitUntilListening() throws {
        for _ in 0..<2000 {
            if canConnect() { return }
            guard process?.isRunning == true else { break }
            usleep(5000)
        }
        let log = (try? String(contentsOf: directory.appending(path: "log"), encoding: .utf8)) ?? ""
        throw Failure(description: "redis-server did not start: \(log.suffix(500))")
    }

    private func canConnect() -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: socketPath.utf8.prefix(107)) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let done = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard done else { throw Failure(description: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
