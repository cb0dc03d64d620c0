import EventLoops
import Synchronization
import Testing
import Transport

@Suite(.timeLimit(.minutes(2)), .serialized) struct FlowTests {
    @Test func `A slow reader is cut at the limit, and another connection does not notice`() async throws {
        var configuration = WebSocketServerConfiguration.forTests
        configuration.maximumOutboundBytes = 2 << 20
        let peak = Atomic<Int>(0)
        let onText: @Sendable (WebSocketConnection, String) -> Void = { connection, text in
            guard text == "flood" else { return connection.send(text) }
            @Sendable func more() {
                guard connection.isOpen else { return }
                for _ in 0..<10 { connection.send(String(repeating: "f", count: 10_000)) }
                peak.max(connection.bufferedBytes, ordering: .relaxed)
                connection.loopForTests { more() }
            }
            more()
        }
        try await ServerFixture.run(configuration, onText: onText) { fixture, port in
            ConnectionLoop.current.withLock { $0 = fixture.loop }
            let slow = try RawClient(port: port, receiveBuffer: 4096)
            try slow.upgrade()
            let other = try RawClient(port: port)
            try other.upgrade()
            try slow.sendText("flood")
            for index in 0..<200 {
                try other.sendText("\(index)")
                #expect(try other.readMessage().text == "\(index)")
            }
            #expect(await eventually { fixture.handlers[0].events == [.text("flood"), .closed(1013)] })
            let highest = peak.load(ordering: .relaxed)
            #expect(highest <= configuration.maximumOutboundBytes)
            try other.sendText("fine")
            #expect(try other.readMessage().text == "fine")
            #expect(slow.isEnded())
        }
    }

    @Test func `The watermarks tell a producer to pause and to go on`() async throws {
        let wasAbove = Atomic<Bool>(false)
        let onText: @Sendable (WebSocketConnection, String) -> Void = { connection, _ in
            while !connection.isAboveHighWatermark { connection.send(String(repeating: "w", count: 50_000)) }
            for _ in 0..<60 { connection.send(String(repeating: "w", count: 50_000)) }
            wasAbove.store(connection.isAboveHighWatermark, ordering: .relaxed)
        }
        try await ServerFixture.run(onText: onText) { fixture, port in
            let client = try RawClient(port: port, receiveBuffer: 4096)
            try client.upgrade()
            try client.sendText("go")
            for _ in 0..<66 { #expect(try client.readMessage().payload.count == 50_000) }
            let paused = wasAbove.load(ordering: .relaxed)
            #expect(paused)
            #expect(await eventually { fixture.handlers[0].events.contains(.drained) })
            let (buffered, isAbove) = await fixture.loop.run {
                let connection = fixture.handlers[0].connection
                return (connection.bufferedBytes, connection.isAboveHighWatermark)
            }
            #expect(buffered == 0 && !isAbove)
            #expect(fixture.handlers[0].events == [.text("go"), .drained])
        }
    }

    @Test func `A message longer than a fragment leaves whole while a ping is answered between its fragments`()
        async throws
    {
        let onText: @Sendable (WebSocketConnection, String) -> Void = { connection, _ in
            connection.send(String(repeating: "abcdefgh", count: 1 << 19))
        }
        try await ServerFixture.run(onText: onText) { fixture, port in
            let client = try RawClient(port: port, receiveBuffer: 8192)
            try client.upgrade()
            try client.sendText("go")
            try client.send(RawClient.frame(opcode: 9, [42]))
            var (fragments, pongs, bytes, isWhole) = (0, 0, 0, false)
            while !isWhole || pongs == 0 {
                let frame = try client.readFrame()
                if frame.opcode == 10 { pongs += 1; continue }
                #expect(frame.opcode == (fragments == 0 ? 1 : 0))
                #expect(
                    frame.payload.elementsEqual(
                        (0..<frame.payload.count).map { UInt8(ascii: "a") + UInt8((bytes + $0) % 8) }))
                fragments += 1
                bytes += frame.payload.count
                isWhole = frame.isFinal
            }
            #expect(bytes == 4 << 20 && fragments == 64 && pongs == 1)
        }
    }

    @Test func `Pings come at their interval, and a peer that answers stays`() async throws {
        var configuration = WebSocketServerConfiguration.forTests
        configuration.pingInterval = .milliseconds(40)
        configuration.pongTimeout = .milliseconds(30)
        try await ServerFixture.run(configuration) { fixture, port in
            let client = try RawClient(port: port)
            try client.upgrade()
            for _ in 0..<5 {
                let ping = try client.readFrame()
                #expect(ping.opcode == 9)
                try client.send(RawClient.frame(opcode: 10, ping.payload))
            }
            #expect(fixture.handlers[0].events.isEmpty)
            // And one that does not answer goes.
            #expect(try client.readFrame().opcode == 9)
            #expect(client.isEnded())
            #expect(await eventually { fixture.handlers[0].events == [.closed(nil)] })
        }
    }

    @Test func `Stopping closes ports and websockets with 1012 and ends within its grace`() async throws {
        let fixture = ServerFixture()
        let port = try await fixture.server.listen(host: "127.0.0.1", port: 0) { _ in fixture.grant { $0.send($1) } }
        let polite = try RawClient(port: port)
        try polite.upgrade()
        let mute = try RawClient(port: port)
        try mute.upgrade()
        let unfinished = try RawClient(port: port)
        try unfinished.send("GET / HT")
        #expect(await eventually { await fixture.openConnections == 2 })
        let stopping = Task { await fixture.server.stop(within: .milliseconds(300)) }
        let close = try polite.readFrame()
        #expect(close.opcode == 8 && close.closeCode == 1012)
        try polite.send(RawClient.frame(opcode: 8, close.payload))
        #expect(polite.isEnded())
        #expect(unfinished.isEnded())
        await stopping.value
        #expect(mute.isEnded())
        #expect(fixture.handlers.allSatisfy { $0.events == [.closed(1012)] })
        #expect(throws: RawClient.Ended.self) { try RawClient(port: port).upgrade() }
        await #expect(throws: TransportError.self) {
            try await fixture.server.listen(host: "127.0.0.1", port: 0) { _ in .respond(HTTPAnswer(status: 200)) }
        }
        fixture.loop.stop()
    }

    @Test func `A thousand websockets come and go and leave nothing behind`() async throws {
        let fixture = ServerFixture()
        weak var connection: WebSocketConnection?
        let port = try await fixture.server.listen(host: "127.0.0.1", port: 0) { _ in fixture.grant { $0.send($1) } }
        for _ in 0..<5 {
            var clients: [RawClient] = []
            for index in 0..<200 {
                let client = try RawClient(port: port)
                try client.upgrade()
                try client.sendText("\(index)")
                #expect(try client.readMessage().text == "\(index)")
                clients.append(client)
            }
            #expect(await fixture.openConnections == 200)
            clients = []
            #expect(await eventually { await fixture.openConnections == 0 })
        }
        #expect(fixture.handlers.count == 1000)
        #expect(fixture.handlers.allSatisfy { $0.events.last == .closed(nil) && $0.events.count == 2 })
        connection = fixture.handlers[0].connection
        #expect(connection != nil)
        await fixture.server.stop(within: .seconds(1))
        fixture.loop.stop()
        #expect(fixture.log.lines.isEmpty)
        fixture.forgetHandlers()
        #expect(connection == nil)
        #expect(openSockets(onPort: port) == 0)
    }
}
