import Core
import EventLoops
import Observability
import Redis
import TestSupport
import Testing

/// A loop of its own thread with one connection on it.
private final class Client: Sendable {
    let loop = EpollEventLoop(name: "redis-test")
    let connection: RedisConnection

    init(_ address: RedisAddress, _ change: (inout RedisConfiguration) -> Void = { _ in }) async {
        loop.start()
        var configuration = RedisConfiguration(address: address)
        // The machine that runs the tests may be busy; what is tested is not the default's size.
        configuration.commandDeadline = .seconds(2)
        configuration.connectDeadline = .seconds(2)
        change(&configuration)
        connection = RedisConnection(
            configuration: configuration, loop: loop, logger: Logger(handler: NullLogHandler()))
        await connection.start()
    }

    func close() async {
        await connection.close()
        loop.stop()
    }
}

@Suite(.timeLimit(.minutes(1))) struct RedisConnectionTests {
    @Test func `Values of every kind come back as they were sent`() async throws {
        let server = try RedisServerFixture()
        let client = try await Client(server.address)
        #expect(await client.connection.waitUntilReady(for: .seconds(5)))
        let connection = client.connection
        #expect(try await connection.send(RedisCommand("PING")) == .status("PONG"))
        #expect(try await connection.send(RedisCommand("GET", "nothing")) == .null)
        #expect(try await connection.send(RedisCommand("INCR", "n")) == .integer(1))
        let binary = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var set = RedisCommand("SET", "b")
        set.append(binary)
        _ = try await connection.send(set)
        #expect(try await connection.send(RedisCommand("GET", "b")).bytes == binary)
        let nested = try await connection.send(RedisCommand("EVAL", "return {1,{'a',{}},false}", "0"))
        #expect(nested == .array([.integer(1), .array([.string([97]), .array([])]), .null]))
        let error = await #expect(throws: RedisError.self) { try await connection.send(RedisCommand("INCR", "b")) }
        #expect(error?.code == .refused)
        await client.close()
    }

    @Test func `A thousand commands in flight are answered each with its own`() async throws {
        let server = try RedisServerFixture()
        let client = try await Client(server.address)
        #expect(await client.connection.waitUntilReady(for: .seconds(5)))
        let connection = client.connection
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<1000 {
                group.addTask { (try? await connection.send(RedisCommand("ECHO", "\(index)")))?.text == "\(index)" }
            }
            for await isRight in group { #expect(isRight) }
        }
        let answers = await connection.sendAll((0..<100).map { RedisCommand("ECHO", "\($0)") }, deadline: nil)
        #expect(answers.map { try? $0.get().number } == (0..<100).map { Int64($0) })
        #expect(await connection.sendAll([], deadline: nil).isEmpty)
        await client.close()
    }

    @Test func `Without a server a command fails at once, and works when the server comes`() async throws {
        let server = try RedisServerFixture()
        server.kill()
        let client = try await Client(server.address)
        #expect(await !client.connection.waitUntilReady(for: .milliseconds(100)))
        let error = await #expect(throws: RedisError.self) { try await client.connection.send(RedisCommand("PING")) }
        #expect(error?.code == .unavailable)
        #expect(await client.connection.server() == nil)
        try server.start()
        #expect(await client.connection.waitUntilReady(for: .seconds(10)))
        #expect(try await client.connection.send(RedisCommand("PING")) == .status("PONG"))
        await client.close()
    }

    @Test func `Commands in flight when the server dies fail as unavailable, and the connection comes back by itself`()
        async throws
    {
        let server = try RedisServerFixture()
        let client = try await Client(server.address) { $0.commandDeadline = .seconds(20) }
        let connection = client.connection
        #expect(await connection.waitUntilReady(for: .seconds(5)))
        let before = await connection.server()
        #expect(before?.timeSinceChange == nil)
        _ = try await connection.send(RedisCommand("SET", "kept", "1"))
        server.pause()
        async let first = connection.sendAll([RedisCommand("PING"), RedisCommand("PING")], deadline: nil)
        try await Task.sleep(for: .milliseconds(50))
        server.kill()
        for result in await first {
            let error = #expect(throws: RedisError.self) { try result.get() }
            #expect(error?.code == .unavailable)
        }
        try server.start()
        #expect(await connection.waitUntilReady(for: .seconds(10)))
        #expect(try await connection.send(RedisCommand("GET", "kept")).text == "1")
        let after = await connection.server()
        #expect(after?.runID != before?.runID && after?.timeSinceChange != nil)
        await client.close()
    }

    @Test func `A server that hangs costs each command its deadline and then the connection`() async throws {
        let server = try RedisServerFixture()
        let client = try await Client(server.address) {
            $0.commandDeadline = .milliseconds(50)
            $0.connectDeadline = .milliseconds(300)
        }
        let connection = client.connection
        #expect(await connection.waitUntilReady(for: .seconds(5)))
        server.pause()
        var codes: [RedisError.Code] = []
        for _ in 0..<12 {
            do { _ = try await connection.send(RedisCommand("PING")) } catch {
                codes.append((error as RedisError).code)
            }
        }
        #expect(codes.prefix(5).allSatisfy { $0 == .timeout })
        #expect(codes.last == .unavailable)
        server.resume()
        #expect(await connection.waitUntilReady(for: .seconds(10)))
        // An answer that came too late must not be taken for the answer to a later command.
        #expect(try await connection.send(RedisCommand("ECHO", "x"), deadline: .seconds(2)).text == "x")
        await client.close()
    }

    @Test func `A password and a database over TCP are used, and a wrong password never gets ready`() async throws {
        let server = try RedisServerFixture(arguments: ["--requirepass", "s3cret"], withPort: true)
        let port = try #require(server.port)
        let client = try await Client(RedisAddress("redis://:s3cret@localhost:\(port)/2"))
        #expect(await client.connection.waitUntilReady(for: .seconds(5)))
        #expect(try await client.connection.send(RedisCommand("CLIENT", "INFO")).text?.contains(" db=2 ") == true)
        await client.close()
        let wrong = try await Client(RedisAddress("redis://:wrong@127.0.0.1:\(port)"))
        #expect(await !wrong.connection.waitUntilReady(for: .milliseconds(300)))
        await wrong.close()
        let unknown = try await Client(RedisAddress("redis://no-such-host.invalid:\(port)"))
        #expect(await !unknown.connection.waitUntilReady(for: .milliseconds(300)))
        await unknown.close()
    }

    @Test func `A script the server has forgotten is sent again once`() async throws {
        let server = try RedisServerFixture()
        let client = try await Client(server.address)
        let connection = client.connection
        #expect(await connection.waitUntilReady(for: .seconds(5)))
        let script = RedisScript(name: "echo", "return {KEYS[1], ARGV[1]}")
        let key = RedisKey.tenants
        let expected = RedisReply.array([.string(Array("ap:tenx".utf8)), .string(Array("v".utf8))])
        for _ in 0..<2 {
            #expect(try await script.run(on: connection, keys: [key], arguments: ["v"]) == expected)
            #expect(try await script.run(on: connection, keys: [key], arguments: ["v"]) == expected)
            _ = try await connection.send(RedisCommand("SCRIPT", "FLUSH"))
        }
        let calls = (0..<5).map { RedisScript.Call(keys: [key], arguments: ["\($0)"]) }
        let all = await script.runAll(on: connection, calls)
        #expect(all.map { try? $0.get().array?[1].number } == [0, 1, 2, 3, 4])
        await client.close()
    }

    @Test func `Closing fails what is in flight and whatever comes later`() async throws {
        let server = try RedisServerFixture()
        let client = try await Client(server.address) { $0.commandDeadline = .seconds(20) }
        #expect(await client.connection.waitUntilReady(for: .seconds(5)))
        server.pause()
        async let pending = client.connection.sendAll([RedisCommand("PING")], deadline: nil)
        try await Task.sleep(for: .milliseconds(20))
        await client.connection.close()
        #expect(
            await pending.allSatisfy { if case .failure(let error) = $0 { error.code == .unavailable } else { false } })
        await #expect(throws: RedisError.self) { try await client.connection.send(RedisCommand("PING")) }
        #expect(await !client.connection.waitUntilReady(for: .seconds(1)))
        await client.close()
    }
}
