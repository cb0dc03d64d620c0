import Core
import EventLoops
import Synchronization
import Testing
import Transport

@Suite(.timeLimit(.minutes(2)), .serialized) struct MessageTests {
    /// Upgrades a client and gives its handler.
    private func open(_ fixture: ServerFixture, _ port: Int, receiveBuffer: Int32? = nil) async throws
        -> (RawClient, RecordingHandler)
    {
        let count = fixture.handlers.count
        let client = try RawClient(port: port, receiveBuffer: receiveBuffer)
        let head = try client.upgrade()
        try #require(head.hasPrefix("HTTP/1.1 101 "))
        #expect(await eventually { fixture.handlers.count > count })
        return (client, fixture.handlers[count])
    }

    @Test(arguments: [1, 125, 126, 1000, 8191, 8192, 8193, 65535, 65536, 300_000])
    func `A message of any length comes back whole`(length: Int) async throws {
        try await ServerFixture.run { fixture, port in
            let (client, _) = try await open(fixture, port)
            let payload = (0..<length).map { UInt8(32 + $0 % 90) }
            try client.send(RawClient.frame(opcode: 1, payload))
            let echo = try client.readMessage()
            #expect(echo.opcode == 1 && echo.payload == payload)
        }
    }

    @Test func `A message that nothing was appended to is not sent`() async throws {
        try await ServerFixture.run { fixture, port in
            let (client, handler) = try await open(fixture, port)
            try client.send(RawClient.frame(opcode: 1, []) + RawClient.frame(opcode: 1, Array("after".utf8)))
            #expect(try client.readMessage().text == "after")
            #expect(handler.events == [.text(""), .text("after")])
        }
    }

    @Test func `Fragments are joined, with control frames between them`() async throws {
        try await ServerFixture.run { fixture, port in
            let (client, handler) = try await open(fixture, port)
            let euro = Array("€".utf8)
            try client.send(RawClient.frame(opcode: 1, Array("one ".utf8) + euro[..<1], isFinal: false))
            try client.send(RawClient.frame(opcode: 9, [1, 2, 3]))
            try client.send(RawClient.frame(opcode: 0, [], isFinal: false))
            try client.send(RawClient.frame(opcode: 10, [7]))
            try client.send(RawClient.frame(opcode: 0, Array(euro[1...]) + Array(" two".utf8)))
            let pong = try client.readFrame()
            #expect(pong.opcode == 10 && pong.payload == [1, 2, 3])
            #expect(try client.readMessage().text == "one € two")
            try client.send(RawClient.frame(opcode: 1, [], isFinal: false) + RawClient.frame(opcode: 0, []))
            #expect(await eventually { handler.events == [.text("one € two"), .text("")] })
        }
    }

    @Test func `Many frames in one segment and one frame in many segments are all received`() async throws {
        try await ServerFixture.run { fixture, port in
            let (client, _) = try await open(fixture, port)
            try client.send((0..<500).flatMap { RawClient.frame(opcode: 1, Array("n\($0)".utf8)) })
            for index in 0..<500 { #expect(try client.readMessage().text == "n\(index)") }
            for byte in RawClient.frame(opcode: 1, Array("byte by byte".utf8)) { try client.send([byte]) }
            #expect(try client.readMessage().text == "byte by byte")
        }
    }

    @Test func `A message of 20 MiB is received; one above the limit is dropped and the socket lives on`() async throws
    {
        try await ServerFixture.run(onText: { connection, text in connection.send("\(text.utf8.count)") }) {
            fixture, port in
            let (client, handler) = try await open(fixture, port)
            let big = [UInt8](repeating: 0x61, count: 20 << 20)
            try client.send(RawClient.frame(opcode: 1, big, mask: RawClient.noMask))
            #expect(try client.readMessage().text == "\(20 << 20)")
            try client.send(RawClient.frame(opcode: 1, big, isFinal: false, mask: RawClient.noMask))
            let rest = [UInt8](repeating: 0x61, count: (1 << 20) + 1)
            try client.send(RawClient.frame(opcode: 0, rest, mask: RawClient.noMask))
            try client.sendText("alive")
            #expect(try client.readMessage().text == "5")
            #expect(handler.events == [.text("\(20 << 20) bytes"), .tooBig, .text("alive")])
        }
    }

    @Test func `A message without end is cut with 1009`() async throws {
        var configuration = WebSocketServerConfiguration.forTests
        configuration.maximumMessageBytes = 1000
        try await ServerFixture.run(configuration) { fixture, port in
            let (client, handler) = try await open(fixture, port)
            try client.send(RawClient.frame(opcode: 1, [UInt8](repeating: 0x61, count: 2000)))
            try client.send(RawClient.frame(opcode: 1, [UInt8](repeating: 0x61, count: 4001)))
            #expect(try client.readMessage().text == "fault messageTooBig")
            #expect(try client.readFrame().closeCode == 1009)
            try client.send(RawClient.frame(opcode: 8, [0x03, 0xF1]))
            #expect(await eventually { handler.events == [.tooBig, .closed(1009)] })
        }
    }

    @Test func `Binary messages are reported without their content`() async throws {
        try await ServerFixture.run { fixture, port in
            let (client, handler) = try await open(fixture, port)
            try client.send(RawClient.frame(opcode: 2, [0xFF, 0xFE]))
            try client.send(RawClient.frame(opcode: 2, [0xFF], isFinal: false))
            try client.send(RawClient.frame(opcode: 0, [0xFF]))
            try client.sendText("t")
            #expect(try client.readMessage().text == "t")
            #expect(handler.events == [.binary, .binary, .text("t")])
        }
    }

    @Test func `Text that is not UTF-8 closes with 1007`() async throws {
        try await ServerFixture.run { fixture, port in
            let (client, handler) = try await open(fixture, port)
            try client.send(RawClient.frame(opcode: 1, [0x61, 0xC3, 0x28]))
            #expect(try client.readMessage().text == "fault invalidPayload")
            let close = try client.readFrame()
            #expect(close.opcode == 8 && close.closeCode == 1007)
            #expect(await eventually { handler.events.isEmpty })
        }
    }

    @Test(arguments: [
        RawClient.frame(opcode: 3, [1]), RawClient.frame(opcode: 0, [1]),
        RawClient.frame(opcode: 9, [1], isFinal: false), [0xC1, 0x80, 1, 2, 3, 4],
    ])
    func `A frame against the protocol closes with 1002`(frame: [UInt8]) async throws {
        try await ServerFixture.run { fixture, port in
            let (client, handler) = try await open(fixture, port)
            try client.send(frame)
            #expect(try client.readFrame().closeCode == 1002)
            client.close()
            #expect(await eventually { handler.causes == [.protocolViolation] })
        }
    }

    @Test func `Closing lets what is queued leave first, with code and reason, and refuses what comes later`()
        async throws
    {
        let onText: @Sendable (WebSocketConnection, String) -> Void = { connection, _ in
            for index in 0..<100 { connection.send("\(index) " + String(repeating: "x", count: 10_000)) }
            connection.close(code: 4001, reason: "session ended")
            connection.send("too late")
            connection.close(code: 1000, reason: "again")
        }
        try await ServerFixture.run(onText: onText) { fixture, port in
            let (client, handler) = try await open(fixture, port)
            try client.sendText("go")
            for index in 0..<100 { #expect(try client.readMessage().text.hasPrefix("\(index) xxx")) }
            let close = try client.readFrame()
            #expect(close.opcode == 8 && close.closeCode == 4001 && close.closeReason == "session ended")
            try client.sendText("ignored")
            try client.send(RawClient.frame(opcode: 8, close.payload))
            #expect(client.isEnded())
            #expect(await eventually { handler.events == [.text("go"), .closed(4001)] })
        }
    }

    @Test func `A connection that breaks is closed without a code`() async throws {
        try await ServerFixture.run { fixture, port in
            for isReset in [false, true] {
                let (opened, handler) = try await open(fixture, port)
                if isReset { opened.resetOnClose() }
                opened.close()
                #expect(await eventually { handler.events == [.closed(nil)] })
            }
            #expect(await fixture.openConnections == 0)
        }
    }

    @Test func `Random bytes end a connection and nothing else`() async throws {
        try await ServerFixture.run { fixture, port in
            var generator = SplitMix64(seed: 21)
            for _ in 0..<100 {
                let client = try RawClient(port: port)
                try client.upgrade()
                let bytes = (0..<Int.random(in: 1..<400, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
                try? client.send(bytes)
            }
            #expect(await eventually { await fixture.openConnections == 0 })
            #expect(
                fixture.handlers.allSatisfy { $0.events.count { if case .closed = $0 { true } else { false } } == 1 })
            let (client, _) = try await open(fixture, port)
            try client.sendText("still here")
            #expect(try client.readMessage().text == "still here")
        }
    }
}
