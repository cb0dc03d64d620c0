import Glibc
import Observability
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

@Suite("HTTP server over sockets", .timeLimit(.minutes(1)))
struct HTTPServerTests {
    private static let routes: [Router.Route] = [
        .init(.get, "/hello") { _, _ in .text(.ok, "hello") },
        .init(.post, "/echo") { request, _ in HTTPResponse(.ok, body: request.body) },
        .init(.post, "/length") { request, _ in .text(.ok, "\(request.body.count)") },
        .init(.get, "/slow") { _, _ in
            try? await Task.sleep(for: .milliseconds(300))
            return .text(.ok, "slow")
        },
        .init(.get, "/stuck") { _, _ in
            try? await Task.sleep(for: .seconds(20))
            return .text(.ok, "too late")
        },
        .init(.get, "/broken-header") { _, _ in
            HTTPResponse(.ok, fields: ["x-bad": "a\r\nset-cookie: x", "x-good": "1"])
        },
        .init(.get, "/empty") { _, _ in HTTPResponse(.noContent) },
    ]

    private static func server(_ change: (inout HTTPServerConfiguration) -> Void = { _ in }) throws -> HTTPServer {
        let logger = Logger(handler: NullLogHandler())
        var configuration = HTTPServerConfiguration(name: "test", host: "127.0.0.1", port: 0)
        configuration.tick = .milliseconds(20)
        change(&configuration)
        return try HTTPServer(configuration, responder: Router(routes, logger: logger), logger: logger)
    }

    private static func get(_ path: String, _ more: String = "connection: close\r\n") -> String {
        "GET \(path) HTTP/1.1\r\nhost: x\r\n\(more)\r\n"
    }

    @Test("a GET is answered with length and type")
    func get() async throws {
        let server = try Self.server()
        let port = server.port
        let answer = await offPool { RawClient.exchange(port, Self.get("/hello")) }
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.lowercased().contains("content-length: 5\r\n"))
        #expect(answer.hasSuffix("\r\n\r\nhello"))
        await server.stop(grace: .seconds(1))
    }

    @Test("HEAD has GET's fields and no body")
    func head() async throws {
        let server = try Self.server()
        let port = server.port
        let answer = await offPool {
            RawClient.exchange(port, "HEAD /hello HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        }
        #expect(answer.lowercased().contains("content-length: 5\r\n"))
        #expect(answer.hasSuffix("\r\n\r\n"))
        await server.stop(grace: .seconds(1))
    }

    @Test("several requests share one connection, pipelined too")
    func keepAlive() async throws {
        let server = try Self.server()
        let port = server.port
        let answer = await offPool {
            let client = RawClient(port: port)
            client.send(Self.get("/hello", ""))
            let first = client.read(until: "hello")
            client.send("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc" + Self.get("/empty"))
            return first + client.read()
        }
        #expect(answer.contains("\r\n\r\nhello"))
        #expect(answer.contains("\r\n\r\nabc"))
        #expect(answer.contains("HTTP/1.1 204"))
        await server.stop(grace: .seconds(1))
    }

    @Test("a chunked body arrives whole")
    func chunked() async throws {
        let server = try Self.server()
        let port = server.port
        let answer = await offPool {
            RawClient.exchange(
                port,
                "POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
                    + "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n")
        }
        #expect(answer.hasSuffix("\r\n\r\nabcdefg"))
        await server.stop(grace: .seconds(1))
    }

    @Test(
        "ambiguous framing is answered 400 and the connection closed",
        arguments: [
            "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\nhello",
            "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 5\r\n\r\nhello",
            "GET /%zz HTTP/1.1\r\nhost: x\r\n\r\n",
            "GET http://x/hello HTTP/1.1\r\nhost: x\r\n\r\n",
        ])
    func framing(request: String) async throws {
        let server = try Self.server()
        let port = server.port
        let answer = await offPool { RawClient.exchange(port, request + Self.get("/hello", "")) }
        #expect(answer.hasPrefix("HTTP/1.1 400 "))
        #expect(answer.contains("\"code\":\"malformed_request\""))
        #expect(!answer.contains("\r\n\r\nhello"))
        #expect(answer.components(of: "HTTP/1.1") == 1)
        await server.stop(grace: .seconds(1))
    }

    @Test("a body of the limit passes, a larger one is 413, announced or not")
    func bodyLimit() async throws {
        let server = try Self.server { $0.bodyLimit = 1000 }
        let port = server.port
        func post(_ count: Int, announced: Int? = nil) async -> String {
            await offPool {
                let length = "content-length: \(announced ?? count)\r\n"
                let head = "POST /length HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\(length)\r\n"
                return RawClient.exchange(port, head + String(repeating: "x", count: count))
            }
        }
        #expect(await post(1000).hasSuffix("\r\n\r\n1000"))
        #expect(await post(1001).hasPrefix("HTTP/1.1 413"))
        #expect(await post(500_000).hasPrefix("HTTP/1.1 413"))
        #expect(await post(0, announced: 3_000_000).hasPrefix("HTTP/1.1 413"))
        let chunked = await offPool {
            RawClient.exchange(
                port,
                "POST /length HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n7d0\r\n"
                    + String(repeating: "x", count: 2000) + "\r\n0\r\n\r\n")
        }
        #expect(chunked.hasPrefix("HTTP/1.1 413"))
        await server.stop(grace: .seconds(1))
    }

    @Test("a head larger than the connection's memory is 431")
    func largeHead() async throws {
        let server = try Self.server()
        let port = server.port
        let answer = await offPool {
            RawClient.exchange(port, Self.get("/hello", "x-large: " + String(repeating: "a", count: 60_000) + "\r\n"))
        }
        #expect(answer.hasPrefix("HTTP/1.1 431"))
        await server.stop(grace: .seconds(1))
    }

    @Test("a client that trickles its head is cut off at the deadline, however busy it looks")
    func tricklingHead() async throws {
        let server = try Self.server { $0.headDeadline = .milliseconds(500) }
        let port = server.port
        let elapsed: Duration = await offPool {
            let client = RawClient(port: port)
            return ContinuousClock().measure {
                for byte in "GET /hello HTTP/1.1\r\nhost: x\r\nx-slow: " + String(repeating: "a", count: 200) {
                    guard client.send(String(byte)), client.read(until: "", seconds: 0).isEmpty else { break }
                    usleep(20_000)
                }
                _ = client.read(seconds: 5)
            }
        }
        #expect(elapsed > .milliseconds(400))
        #expect(elapsed < .seconds(4))
        await server.stop(grace: .seconds(1))
    }

    @Test("a client that never finishes its body is cut off at the deadline")
    func tricklingBody() async throws {
        let server = try Self.server { $0.bodyDeadline = .milliseconds(300) }
        let port = server.port
        let (answer, elapsed) = await offPool {
            let client = RawClient(port: port)
            client.send("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nab")
            var answer = ""
            let elapsed = ContinuousClock().measure { answer = client.read() }
            return (answer, elapsed)
        }
        #expect(answer.isEmpty)
        #expect(elapsed < .seconds(3))
        await server.stop(grace: .seconds(1))
    }

    @Test("many handlers wait at the same time although the server has two threads")
    func suspended() async throws {
        let server = try Self.server()
        let port = server.port
        let start = ContinuousClock.now
        let answers = await withTaskGroup(of: String.self) { group in
            for _ in 0..<60 { group.addTask { await offPool { RawClient.exchange(port, Self.get("/slow")) } } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 60)
        #expect(answers.allSatisfy { $0.hasSuffix("slow") })
        #expect(ContinuousClock.now - start < .seconds(10))
        await server.stop(grace: .seconds(1))
        #expect(server.connections == 0)
    }

    @Test("a client that leaves while its handler waits harms nobody")
    func clientGone() async throws {
        let server = try Self.server()
        let port = server.port
        await offPool {
            for _ in 0..<30 {
                let client = RawClient(port: port)
                client.send(Self.get("/slow"))
            }
        }
        let answer = await offPool { RawClient.exchange(port, Self.get("/slow")) }
        #expect(answer.hasSuffix("slow"))
        await server.stop(grace: .seconds(5))
        #expect(server.activeRequests == 0)
    }

    @Test("a handler that does not answer in time is answered for, and cancelled")
    func handlerDeadline() async throws {
        let server = try Self.server { $0.handlerDeadline = .milliseconds(200) }
        let port = server.port
        let answer = await offPool { RawClient.exchange(port, Self.get("/stuck")) }
        #expect(answer.hasPrefix("HTTP/1.1 504"))
        await server.stop(grace: .seconds(1))
    }

    @Test("stopping lets requests in flight finish and accepts no new connection")
    func gracefulStop() async throws {
        let server = try Self.server()
        let port = server.port
        async let answer = offPool { RawClient.exchange(port, Self.get("/slow", "")) }
        while server.activeRequests == 0 { await Task.yield() }
        await server.stop(grace: .seconds(5))
        let text = await answer
        #expect(text.hasSuffix("slow"))
        #expect(text.lowercased().contains("connection: close"))
    }

    @Test("stopping answers what exceeds the grace with 503")
    func impatientStop() async throws {
        let server = try Self.server()
        let port = server.port
        async let answer = offPool { RawClient.exchange(port, Self.get("/stuck")) }
        while server.activeRequests == 0 { await Task.yield() }
        await server.stop(grace: .milliseconds(100))
        let text = await answer
        #expect(text.hasPrefix("HTTP/1.1 503"))
        #expect(text.contains("\"code\":\"draining\""))
    }

    @Test("one address gets only so many connections, unless it is exempt")
    func addressCap() async throws {
        let server = try Self.server {
            $0.connectionsPerAddress = 2
            $0.uncappedPeers = []
        }
        let port = server.port
        let (third, again) = await offPool {
            var held = [RawClient(port: port), RawClient(port: port)]
            for client in held {
                client.send(Self.get("/hello", ""))
                _ = client.read(until: "hello")
            }
            let third = RawClient.exchange(port, Self.get("/hello"))
            held = []
            usleep(300_000)
            return (third, RawClient.exchange(port, Self.get("/hello")))
        }
        #expect(third.isEmpty)
        #expect(again.hasSuffix("hello"))
        await server.stop(grace: .seconds(1))
    }

    @Test("a handler cannot smuggle a field through a line break")
    func headerInjection() async throws {
        let server = try Self.server()
        let port = server.port
        let answer = await offPool { RawClient.exchange(port, Self.get("/broken-header")) }
        #expect(!answer.lowercased().contains("set-cookie"))
        #expect(answer.lowercased().contains("x-good: 1"))
        await server.stop(grace: .seconds(1))
    }

    @Test("a busy port is a clear error")
    func busyPort() async throws {
        let server = try Self.server()
        let port = server.port
        let error = #expect(throws: HTTPServerError.self) { try Self.server { $0.port = port } }
        #expect(error?.code == .addressInUse)
        #expect(error?.message == "Port \(port) on 127.0.0.1 is in use by another process.")
        await server.stop(grace: .zero)
    }

    @Test("bytes that are no HTTP never stop the server")
    func garbage() async throws {
        let server = try Self.server()
        let port = server.port
        let answer = await offPool {
            var generator = SystemRandomNumberGenerator()
            for _ in 0..<100 {
                let client = RawClient(port: port)
                let noise = (0..<Int.random(in: 1..<300, using: &generator)).map { _ in
                    Character(Unicode.Scalar(UInt8.random(in: 0...255, using: &generator)))
                }
                client.send((Bool.random(using: &generator) ? "GET /" : "") + String(noise) + "\r\n\r\n")
            }
            return RawClient.exchange(port, Self.get("/hello"))
        }
        #expect(answer.hasSuffix("hello"))
        await server.stop(grace: .seconds(1))
    }
}

extension String {
    /// How often `part` occurs.
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
