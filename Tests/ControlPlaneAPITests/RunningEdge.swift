import Foundation
import Observability
import TestSupport
import Testing

@testable import ControlPlaneAPI
@testable import HTTPServer

/// nginx as `deploy/nginx/render` sets it up, in front of two real listeners of a control plane and a worker that only
/// says what it was asked.
final class RunningEdge {
    let port: UInt16
    let api: API
    let worker: HTTPServer
    let directory: URL
    private let publicListener: HTTPServer
    private let internalListener: HTTPServer
    private let nginx = Process()

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Where nginx is, if it is installed.
    static let binary = ["/usr/sbin/nginx", "/usr/bin/nginx"]
        .first(where: FileManager.default.isExecutableFile(atPath:))

    init(_ api: API) async throws {
        self.api = api
        let logger = Logger(handler: NullLogHandler())
        func listen(_ name: String, _ router: Router) throws -> HTTPServer {
            try HTTPServer(
                HTTPServerConfiguration(name: name, host: "127.0.0.1", port: 0), responder: router, logger: logger)
        }
        publicListener = try listen(
            "public", Listeners.public(api.services, trustedProxies: ["127.0.0.1"], logger: logger))
        internalListener = try listen(
            "internal", Listeners.internal(api.services, trustedProxies: ["127.0.0.1"], logger: logger))
        let paths = ["/v1/realtime", "/realtime", "/w/{worker}/v1/realtime"]
        worker = try listen(
            "worker",
            Router(
                paths.map { path in
                    Router.Route(.get, path) { request, _ in
                        let lines = request.fields.all.map { "\($0.name): \($0.value)" }
                        return .text(.ok, (["worker \(request.target.raw)"] + lines).joined(separator: "\n"))
                    }
                }, logger: logger))
        // A port that was free a moment ago: nginx cannot be asked which one it took.
        let probe = try listen("probe", Router([], logger: logger))
        port = probe.port
        await probe.stop(grace: .zero)
        directory = FileManager.default.temporaryDirectory.appending(path: "antiphon-edge-\(port)")
        try start()
        try await waitUntilReady()
    }

    private func start() throws {
        let render = Process()
        render.executableURL = Self.root.appending(path: "deploy/nginx/render")
        render.arguments = [directory.path]
        render.environment = [
            "PATH": "/usr/bin:/bin", "EDGE_LISTEN": "127.0.0.1:\(port)", "EDGE_WORKER_PROCESSES": "1",
            "EDGE_CONTROL_PLANE": "127.0.0.1:\(publicListener.port)",
            "EDGE_CONTROL_PLANE_INTERNAL": "127.0.0.1:\(internalListener.port)",
        ]
        render.standardOutput = FileHandle.nullDevice
        try render.run()
        render.waitUntilExit()
        try #require(render.terminationStatus == 0)
        nginx.executableURL = URL(filePath: try #require(Self.binary))
        nginx.arguments = ["-e", "\(directory.path)/start.log", "-c", "\(directory.path)/nginx.conf"]
        try nginx.run()
    }

    private func waitUntilReady() async throws {
        for _ in 0..<200 {
            if RawClient.isListening(port) { return }
            try await Task.sleep(for: .milliseconds(25))
        }
        Issue.record("nginx did not start")
    }

    /// Sends a request and reads until the edge closes.
    func get(_ target: String, upgrade: Bool = false, _ fields: String...) async -> String {
        let port = port
        let upgrading = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
        let head = ["GET \(target) HTTP/1.1\r\nhost: edge\r\n", upgrade ? upgrading : "connection: close\r\n"]
        let text = head.joined() + fields.map { $0 + "\r\n" }.joined() + "\r\n"
        return await offPool {
            let client = RawClient(port: port)
            client.send(text)
            return client.read(until: upgrade ? "\r\n\r\n" : nil) + (upgrade ? client.read(seconds: 1) : "")
        }
    }

    /// Stops the listener that the edge asks.
    func stopAssigning() async { await internalListener.stop(grace: .zero) }

    func stop() async {
        nginx.terminate()
        nginx.waitUntilExit()
        await publicListener.stop(grace: .zero)
        await internalListener.stop(grace: .zero)
        await worker.stop(grace: .zero)
        try? FileManager.default.removeItem(at: directory)
    }
}
