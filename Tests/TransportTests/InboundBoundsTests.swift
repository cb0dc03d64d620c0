import EventLoops
import Synchronization
import Testing
@testable import Transport

/// What a connection that sends much, or does not finish, may take.
@Suite(.timeLimit(.minutes(2)), .serialized) struct InboundBoundsTests {
    @Test func `A handler that holds reading is sent no more than the bound, and all of it after it resumes`()
        async throws
    {
        var configuration = WebSocketServerConfiguration.forTests
        configuration.heldBytes = 64 << 10
        let onText: @Sendable (WebSocketConnection, String) -> Void = { connection, text in
            if text == "hold" { connection.holdReading() }
        }
        try await ServerFixture.run(configuration, onText: onText) { fixture, port in
            let client = try RawClient(port: port)
            try client.upgrade()
            try client.sendText("hold")
            try client.send(RawClient.frame(opcode: 9, Array("ping".utf8)))
            #expect(try client.readFrame().opcode == 10)
            let frame = RawClient.frame(opcode: 1, Array("0123456789".utf8))
            for _ in 0..<40 { try client.send((0..<100).flatMap { _ in frame }) }
            #expect(await eventually { await fixture.loop.run { fixture.handlers[0].connection.isReadingPaused } })
            // At most the bound and one receive buffer, in which each frame is 16 bytes.
            let most = (64 << 10) / 74 + (8 << 10) / 16 + 2
            let received = fixture.handlers[0].events.count
            #expect(received <= most)
            await fixture.loop.run { fixture.handlers[0].connection.resumeReading() }
            #expect(await eventually { fixture.handlers[0].events.count == 4001 })
        }
    }

    @Test func `A message that does not end in time closes with 1008, one that grows does not`() async throws {
        var configuration = WebSocketServerConfiguration.forTests
        configuration.messageTimeout = .seconds(2)
        configuration.messageGrowth = 1000
        try await ServerFixture.run(configuration) { fixture, port in
            let slow = try RawClient(port: port)
            try slow.upgrade()
            let stuck = try RawClient(port: port)
            try stuck.upgrade()
            #expect(await eventually { fixture.handlers.count == 2 })
            try stuck.send(RawClient.frame(opcode: 1, Array("begun".utf8), isFinal: false))
            let piece = [UInt8](repeating: 0x61, count: 1000)
            try slow.send(RawClient.frame(opcode: 1, piece, isFinal: false))
            // Many pieces a timeout, until the other connection was given up.
            for _ in 0..<1000 where await fixture.loop.run({ fixture.handlers[1].connection.isOpen }) {
                try slow.send(RawClient.frame(opcode: 0, piece, isFinal: false))
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(fixture.handlers[0].events.isEmpty && fixture.handlers[1].events.isEmpty)
            #expect(try stuck.readMessage().text == "fault messageOverdue")
            #expect(try stuck.readFrame().closeCode == 1008)
            try slow.send(RawClient.frame(opcode: 0, piece))
            #expect(try !slow.readMessage().payload.isEmpty)
        }
    }

    private static var smallRoom: WebSocketServerConfiguration {
        var configuration = WebSocketServerConfiguration.forTests
        configuration.assemblyBytes = 100_000
        configuration.freeAssemblyBytes = 20_000
        return configuration
    }
    private static let part = [UInt8](repeating: 0x61, count: 90_000)

    @Test func `Where all hold too much, the oldest message that has not ended gives way, and its memory comes back`()
        async throws
    {
        let onText: @Sendable (WebSocketConnection, String) -> Void = { $0.send("\($1.utf8.count)") }
        try await ServerFixture.run(Self.smallRoom, onText: onText) { fixture, port in
            let first = try RawClient(port: port)
            try first.upgrade()
            let second = try RawClient(port: port)
            try second.upgrade()
            #expect(await eventually { fixture.handlers.count == 2 })
            try first.send(RawClient.frame(opcode: 1, Self.part, isFinal: false))
            #expect(await eventually { await fixture.loop.run { fixture.server.assembledBytes == 70_000 } })
            try second.send(RawClient.frame(opcode: 1, Self.part))
            #expect(try second.readMessage().text == "90000")
            #expect(try first.readMessage().text == "fault crowdedOut")
            #expect(try first.readFrame().closeCode == 1008)
            #expect(await fixture.loop.run { fixture.server.assembledBytes } == 0)
        }
    }

    @Test func `Where no unfinished message is older, the new one is dropped and reported, and small ones are taken`()
        async throws
    {
        let onText: @Sendable (WebSocketConnection, String) -> Void = { connection, text in
            if text.utf8.count == 90_000 { connection.holdReading() }
            connection.send("\(text.utf8.count)")
        }
        try await ServerFixture.run(Self.smallRoom, onText: onText) { fixture, port in
            let first = try RawClient(port: port)
            try first.upgrade()
            let second = try RawClient(port: port)
            try second.upgrade()
            #expect(await eventually { fixture.handlers.count == 2 })
            try first.send(RawClient.frame(opcode: 1, Self.part))
            #expect(try first.readMessage().text == "90000")
            try second.send(RawClient.frame(opcode: 1, Self.part))
            #expect(await eventually { fixture.handlers[1].events == [.tooMuch] })
            try second.send(RawClient.frame(opcode: 1, [UInt8](repeating: 0x61, count: 20_000)))
            #expect(try second.readMessage().text == "20000")
            await fixture.loop.run { fixture.handlers[0].connection.resumeReading() }
            try second.send(RawClient.frame(opcode: 1, Self.part))
            #expect(try second.readMessage().text == "90000")
            await fixture.loop.run { fixture.handlers[1].connection.resumeReading() }
            #expect(await fixture.loop.run { fixture.server.assembledBytes } == 0)
        }
    }

    @Test func `A connection that ends in the middle of a large message leaves nothing behind`() async throws {
        try await ServerFixture.run(Self.smallRoom) { fixture, port in
            let client = try RawClient(port: port)
            try client.upgrade()
            try client.send(RawClient.frame(opcode: 1, Self.part, isFinal: false))
            #expect(await eventually { await fixture.loop.run { fixture.server.assembledBytes == 70_000 } })
            await fixture.loop.run { fixture.handlers[0].connection.close(code: 1000, reason: "") }
            #expect(await fixture.loop.run { fixture.server.assembledBytes } == 0)
        }
    }
}
