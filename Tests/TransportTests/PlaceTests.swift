import EventLoops
import Synchronization
import Testing
import Transport

/// Sockets that were granted nothing, and grants that come to nothing.
@Suite(.timeLimit(.minutes(2)), .serialized) struct PlaceTests {
    @Test func `Silent sockets make way, and granted ones keep their places`() async throws {
        var configuration = WebSocketServerConfiguration.forTests
        configuration.maximumHandshakes = 8
        try await ServerFixture.run(configuration) { fixture, port in
            let first = try RawClient(port: port)
            try first.upgrade()
            let silent = try (0..<100).map { _ in try RawClient(port: port) }
            let second = try RawClient(port: port)
            #expect(try second.upgrade().hasPrefix("HTTP/1.1 101 "))
            #expect(silent[0].isEnded())
            for client in [first, second] {
                try client.sendText("here")
                #expect(try client.readMessage().text == "here")
            }
        }
    }

    @Test func `Refused websockets use up none of the granted places, and go within their time`() async throws {
        var configuration = WebSocketServerConfiguration.forTests
        configuration.maximumRefusals = 2
        configuration.maximumConnections = 1
        configuration.refusalTimeout = .milliseconds(100)
        let served = Mutex<ServerFixture?>(nil)
        let decide: @Sendable (UpgradeRequest) async -> UpgradeDecision = { request in
            guard request.query["model"] != "m" else {
                return .refuse(answer: HTTPAnswer(status: 401, text: "no")) { connection in
                    connection.send("refused")
                    connection.close(code: 3000, reason: "no")
                    return RecordingHandler(connection) { _, _ in }
                }
            }
            return served.withLock { $0 }?.grant { $0.send($1) } ?? .respond(HTTPAnswer(status: 500))
        }
        try await ServerFixture.run(configuration, decide: decide) { fixture, port in
            served.withLock { $0 = fixture }
            let told = try (0..<2).map { _ in try RawClient(port: port) }
            for client in told { #expect(try client.upgrade().hasPrefix("HTTP/1.1 101 ")) }
            let answered = try RawClient(port: port)
            #expect(try answered.upgrade().hasPrefix("HTTP/1.1 401 "))
            let good = try RawClient(port: port)
            try good.send(RawClient.upgradeHead(path: "/v1/realtime?model=good"))
            #expect(try good.readHead().hasPrefix("HTTP/1.1 101 "))
            // They answer no close frame.
            for client in told {
                #expect(try client.readMessage().text == "refused")
                #expect(client.isEnded())
            }
            #expect(await eventually { await fixture.openConnections == 1 })
            served.withLock { $0 = nil }
        }
    }

    /// How a client can spoil its own upgrade.
    enum Failure: CaseIterable { case reset, late, noPlace, wrongHandshake, twice, tooMany, none }

    @Test(arguments: Failure.allCases)
    func `A grant that comes to nothing is given back once`(failure: Failure) async throws {
        var configuration = WebSocketServerConfiguration.forTests
        if failure == .late { configuration.decisionTimeout = .milliseconds(50) }
        if failure == .noPlace { configuration.maximumConnections = 0 }
        let abandoned = Atomic<Int>(0)
        let made = Atomic<Int>(0)
        let began = Atomic<Bool>(false)
        let mayGoOn = Atomic<Bool>(failure != .reset && failure != .late)
        let decide: @Sendable (UpgradeRequest) async -> UpgradeDecision = { _ in
            let grant = UpgradeGrant(
                abandoned: { abandoned.add(1, ordering: .relaxed) },
                makeHandler: { connection in
                    made.add(1, ordering: .relaxed)
                    return RecordingHandler(connection) { _, _ in }
                })
            began.store(true, ordering: .relaxed)
            while !mayGoOn.load(ordering: .relaxed) { await Task.yield() }
            return .upgrade(grant)
        }
        try await ServerFixture.run(configuration, decide: decide) { fixture, port in
            var client: RawClient? = try RawClient(port: port)
            let head = RawClient.upgradeHead()
            let sent =
                switch failure {
                case .wrongHandshake: head.replacing("Version: 13", with: "Version: 8")
                case .twice: head.replacing("\r\n\r\n", with: "\r\nApi-Key: a\r\nApi-Key: b\r\n\r\n")
                case .tooMany: head.replacing("\r\n\r\n", with: String(repeating: "\r\nX: y", count: 120) + "\r\n\r\n")
                default: head
                }
            try client?.send(sent)
            #expect(await eventually { began.load(ordering: .relaxed) })
            switch failure {
            case .reset:
                client?.resetOnClose()
                client = nil
                // The server sees the reset before the decision is there.
                try await Task.sleep(for: .milliseconds(50))
            case .late: #expect(client?.readToEnd().hasPrefix("HTTP/1.1 503 ") == true)
            case .noPlace: #expect(client?.readToEnd().hasPrefix("HTTP/1.1 503 ") == true)
            case .twice: #expect(client?.readToEnd().hasPrefix("HTTP/1.1 400 ") == true)
            case .tooMany: #expect(client?.readToEnd().hasPrefix("HTTP/1.1 431 ") == true)
            case .wrongHandshake: #expect(client?.readToEnd().hasPrefix("HTTP/1.1 426 ") == true)
            case .none: #expect(try client?.readHead().hasPrefix("HTTP/1.1 101 ") == true)
            }
            mayGoOn.store(true, ordering: .relaxed)
            let expected = failure == .none ? 0 : 1
            #expect(
                await eventually {
                    abandoned.load(ordering: .relaxed) == expected && made.load(ordering: .relaxed) == 1 - expected
                })
            _ = client
        }
    }

    @Test(arguments: [false, true])
    func `An unmasked frame is answered by a word and 1002`(isEarly: Bool) async throws {
        try await ServerFixture.run { fixture, port in
            let client = try RawClient(port: port)
            let frame = RawClient.frame(opcode: 1, Array("bare".utf8), isMasked: false)
            if isEarly {
                try client.send(Array(RawClient.upgradeHead().utf8) + frame)
                #expect(try client.readHead().hasPrefix("HTTP/1.1 101 "))
            } else {
                try client.upgrade()
                try client.send(frame)
            }
            #expect(try client.readMessage().text == "fault unmaskedFrame")
            #expect(try client.readFrame().closeCode == 1002)
            client.close()
            #expect(await eventually { fixture.handlers[0].causes == [.protocolViolation] })
            #expect(fixture.handlers[0].events == [.closed(1002)])
        }
    }

    @Test func `A line that was silent for less than it may be lives, and one silent for longer is named`() async throws
    {
        var configuration = WebSocketServerConfiguration.forTests
        configuration.pingInterval = .milliseconds(20)
        configuration.pongTimeout = .milliseconds(200)
        try await ServerFixture.run(configuration) { fixture, port in
            let client = try RawClient(port: port)
            try client.upgrade()
            // Several pings stay unanswered; one answer makes up for all of them.
            for _ in 0..<4 { #expect(try client.readFrame().opcode == 9) }
            try client.send(RawClient.frame(opcode: 10, [0x70]))
            #expect(fixture.handlers[0].events.isEmpty)
            #expect(client.isEnded())
            #expect(await eventually { fixture.handlers[0].causes == [.unresponsive] })
        }
    }
}
