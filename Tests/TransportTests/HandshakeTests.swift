import Core
import EventLoops
import Synchronization
import Testing
import Transport

@Suite(.timeLimit(.minutes(2)), .serialized) struct HandshakeTests {
    private static let wrongHeads: [(String, Int)] = [
        ("GET / HTTP/1.1\nHost: x\n\n", 400), ("GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400), ("GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        ("GET / HTTP/1.1\r\nHost: x\r\nX: \u{1}\r\n\r\n", 400), ("\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nX: " + String(repeating: "y", count: 17_000) + "\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: x\r\n" + String(repeating: "X: y\r\n", count: 101) + "\r\n", 431),
        (RawClient.upgradeHead().replacing("Version: 13", with: "Version: 8"), 426),
        (RawClient.upgradeHead().replacing(RawClient.key, with: "short=="), 400),
        (RawClient.upgradeHead().replacing("GET", with: "POST"), 400),
        (RawClient.upgradeHead(["Authorization: Bearer a", "Authorization: Bearer b"]), 400),
    ]

    @Test func `A websocket is accepted with the right key, echoes, and closes`() async throws {
        try await ServerFixture.run { fixture, port in
            let client = try RawClient(port: port)
            let head = try client.upgrade()
            #expect(head.hasPrefix("HTTP/1.1 101 "))
            #expect(head.contains("Sec-WebSocket-Accept: \(RawClient.acceptance)\r\n"))
            #expect(!head.lowercased().contains("sec-websocket-extensions"))
            try client.sendText("hello")
            #expect(try client.readMessage().text == "hello")
            try client.send(RawClient.frame(opcode: 8, [0x03, 0xE8] + Array("bye".utf8)))
            let close = try client.readFrame()
            #expect(close.opcode == 8 && close.closeCode == 1000)
            #expect(client.isEnded())
            #expect(await eventually { fixture.handlers[0].events == [.text("hello"), .closed(1000)] })
        }
    }

    @Test(
        arguments: [
            ([], nil),
            (["Sec-WebSocket-Protocol: realtime"], "realtime"),
            (["Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.sk-abc, openai-beta.realtime-v1"], "realtime"),
            (
                ["Sec-WebSocket-Protocol: openai-insecure-api-key.sk-abc", "Sec-WebSocket-Protocol: realtime"],
                "realtime"
            ),
            (["Sec-WebSocket-Protocol: openai-insecure-api-key.sk-abc, openai-beta.realtime-v1"], nil),
            (["Sec-WebSocket-Protocol: Realtime, loop"], nil),
            (["Sec-WebSocket-Protocol: " + String(repeating: "x", count: 8000) + ", realtime"], "realtime"),
        ] as [([String], String?)])
    func `The subprotocol realtime is selected if and only if it was offered`(
        fields: [String], selected: String?
    ) async throws {
        try await ServerFixture.run { fixture, port in
            let client = try RawClient(port: port)
            let head = try client.upgrade(fields + ["Sec-WebSocket-Extensions: permessage-deflate"])
            #expect(head.hasPrefix("HTTP/1.1 101 "))
            let lines = head.split(separator: "\r\n").filter { $0.lowercased().hasPrefix("sec-websocket-protocol") }
            #expect(lines == (selected.map { ["Sec-WebSocket-Protocol: \($0)"] } ?? []))
            #expect(!head.lowercased().contains("extensions"))
            try client.sendText("still works")
            #expect(try client.readMessage().text == "still works")
        }
    }

    @Test func `Credentials reach the decision as secrets and neither log nor fields`() async throws {
        let seen = Mutex<UpgradeRequest?>(nil)
        let decide: @Sendable (UpgradeRequest) async -> UpgradeDecision = { request in
            seen.withLock { $0 = request }
            return .respond(HTTPAnswer(status: 401, text: "no"))
        }
        try await ServerFixture.run(decide: decide) { fixture, port in
            let client = try RawClient(port: port)
            let head = try client.upgrade([
                "Authorization: Bearer  tok-1", "api-key: key-2", "X-Request-ID: r1",
                "Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.sub-3",
            ])
            #expect(head.hasPrefix("HTTP/1.1 401 Unauthorized\r\n"))
            let request = try #require(seen.withLock { $0 })
            #expect(request.bearerToken?.revealed == "tok-1")
            #expect(request.apiKeyField?.revealed == "key-2")
            #expect(request.subprotocolKey?.revealed == "sub-3")
            #expect(request.credential?.revealed == "tok-1")
            #expect(request.offeredSubprotocols == ["realtime"])
            #expect(request.headers["x-request-id"] == "r1")
            #expect(request.path == "/v1/realtime" && request.query["model"] == "m")
            #expect(request.remoteAddress == "127.0.0.1" && request.wantsWebSocket)
            for text in ["\(request)", String(reflecting: request), "\(fixture.log.lines)"] {
                #expect(!text.contains("tok-1") && !text.contains("key-2") && !text.contains("sub-3"))
            }
        }
    }

    @Test func `A refusal is answered before the upgrade, with its fields, and the connection closed`() async throws {
        let decide: @Sendable (UpgradeRequest) async -> UpgradeDecision = { _ in
            .respond(
                HTTPAnswer(
                    status: 429, headers: [("Retry-After", "7"), ("X", "a\r\nSet-Cookie: b")], text: "slow down"))
        }
        try await ServerFixture.run(decide: decide) { fixture, port in
            let client = try RawClient(port: port)
            try client.send(RawClient.upgradeHead())
            let answer = client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 429 Too Many Requests\r\n"))
            #expect(answer.contains("\r\nRetry-After: 7\r\n"))
            #expect(answer.contains("\r\nContent-Length: 9\r\n"))
            #expect(answer.hasSuffix("\r\n\r\nslow down"))
            #expect(!answer.contains("Set-Cookie"))
            #expect(await fixture.openConnections == 0)
        }
    }

    @Test func `A second port serves plain requests, long answers and HEAD`() async throws {
        try await ServerFixture.run { fixture, _ in
            let body = String(repeating: "metric 1\n", count: 200_000)
            let port = try await fixture.server.listen(host: "127.0.0.1", port: 0) { request in
                switch request.path {
                case "/metrics": .respond(HTTPAnswer(status: 200, headers: [("Content-Type", "text/x")], text: body))
                case "/livez": .respond(HTTPAnswer(status: 200, text: "ok\n"))
                case "/ws": fixture.grant { $0.send($1) }
                default: .respond(HTTPAnswer(status: 404))
                }
            }
            func get(_ line: String) throws -> String {
                let client = try RawClient(port: port)
                try client.send("\(line)\r\nHost: x\r\n\r\n")
                return client.readToEnd()
            }
            #expect(try get("GET /livez HTTP/1.1").hasSuffix("\r\n\r\nok\n"))
            #expect(try get("GET /livez HTTP/1.0").hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(try get("GET /metrics HTTP/1.1").hasSuffix("\r\n\r\n" + body))
            let head = try get("HEAD /livez HTTP/1.1")
            #expect(head.contains("Content-Length: 3\r\n") && head.hasSuffix("\r\n\r\n"))
            #expect(try get("GET /nothing HTTP/1.1").hasPrefix("HTTP/1.1 404 Not Found\r\n"))
            #expect(try get("GET /ws HTTP/1.1").hasPrefix("HTTP/1.1 426 Upgrade Required\r\n"))
        }
    }

    @Test func `A head may come byte by byte, and frames right behind it are not lost`() async throws {
        try await ServerFixture.run { fixture, port in
            let client = try RawClient(port: port)
            for byte in RawClient.upgradeHead(["Authorization: Bearer x"]).utf8 { try client.send([byte]) }
            #expect(try client.readHead().hasPrefix("HTTP/1.1 101 "))

            let eager = try RawClient(port: port)
            let frames = (0..<20).flatMap { RawClient.frame(opcode: 1, Array("early \($0)".utf8)) }
            try eager.send(Array(RawClient.upgradeHead().utf8) + frames)
            #expect(try eager.readHead().hasPrefix("HTTP/1.1 101 "))
            for index in 0..<20 { #expect(try eager.readMessage().text == "early \(index)") }
        }
    }

    @Test(arguments: wrongHeads)
    func `A head that is wrong gets its status`(head: String, status: Int) async throws {
        try await ServerFixture.run { fixture, port in
            let client = try RawClient(port: port)
            try client.send(head)
            #expect(client.readToEnd().hasPrefix("HTTP/1.1 \(status) "))
            #expect(fixture.handlers.isEmpty)
        }
    }

    @Test func `A head that does not come in time is given up`() async throws {
        var configuration = WebSocketServerConfiguration.forTests
        configuration.headTimeout = .milliseconds(50)
        try await ServerFixture.run(configuration) { _, port in
            let silent = try RawClient(port: port)
            #expect(silent.readToEnd() == "")
            let slow = try RawClient(port: port)
            try slow.send("GET / HTTP/1.1\r\nHost")
            #expect(slow.readToEnd().hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test func `A decision that takes too long is answered for it and cancelled`() async throws {
        var configuration = WebSocketServerConfiguration.forTests
        configuration.decisionTimeout = .milliseconds(50)
        let wasCancelled = Atomic<Bool>(false)
        let decide: @Sendable (UpgradeRequest) async -> UpgradeDecision = { _ in
            try? await Task.sleep(for: .seconds(3600))
            wasCancelled.store(Task.isCancelled, ordering: .relaxed)
            return .respond(HTTPAnswer(status: 200))
        }
        try await ServerFixture.run(configuration, decide: decide) { _, port in
            let client = try RawClient(port: port)
            try client.send(RawClient.upgradeHead())
            #expect(client.readToEnd().hasPrefix("HTTP/1.1 503 "))
        }
        let cancelled = wasCancelled.load(ordering: .relaxed)
        #expect(cancelled)
    }

    @Test func `A client that resets the connection during the decision cancels it`() async throws {
        let began = Atomic<Bool>(false)
        let ended = Atomic<Bool>(false)
        let decide: @Sendable (UpgradeRequest) async -> UpgradeDecision = { _ in
            began.store(true, ordering: .relaxed)
            try? await Task.sleep(for: .seconds(3600))
            ended.store(true, ordering: .relaxed)
            return .respond(HTTPAnswer(status: 200))
        }
        try await ServerFixture.run(decide: decide) { fixture, port in
            var client: RawClient? = try RawClient(port: port)
            try client?.send(RawClient.upgradeHead())
            #expect(await eventually { began.load(ordering: .relaxed) })
            client?.resetOnClose()
            client = nil
            #expect(await eventually { ended.load(ordering: .relaxed) })
        }
    }

    @Test func `Connections beyond the caps are turned away, and places come back`() async throws {
        var configuration = WebSocketServerConfiguration.forTests
        configuration.maximumConnectionsPerAddress = 2
        try await ServerFixture.run(configuration) { fixture, port in
            let first = try RawClient(port: port)
            try first.upgrade()
            var second: RawClient? = try RawClient(port: port)
            try second?.upgrade()
            let third = try RawClient(port: port)
            #expect(third.readToEnd().hasPrefix("HTTP/1.1 503 "))
            second = nil
            #expect(await eventually { await fixture.openConnections == 1 })
            let fourth = try RawClient(port: port)
            #expect(try fourth.upgrade().hasPrefix("HTTP/1.1 101 "))
        }
    }

    @Test func `An address in use is an error with a sentence`() async throws {
        try await ServerFixture.run { fixture, port in
            let error = await #expect(throws: TransportError.self) {
                try await fixture.server.listen(host: "127.0.0.1", port: port) { _ in .respond(HTTPAnswer(status: 200))
                }
            }
            #expect(error?.code == .cannotListen)
            #expect(error?.description == "The address 127.0.0.1 port \(port) is in use.")
        }
    }
}
