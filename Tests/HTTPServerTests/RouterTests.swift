import Foundation
import Observability
import Testing

@testable import HTTPServer

@Suite("Router")
struct RouterTests {
    private struct Teapot: HTTPError {
        let status = HTTPStatus(418)
        let details = HTTPErrorDetails(
            "a \"teapot\"\n", type: "invalid_request_error", parameter: "pot", code: "teapot")
        let fields: HTTPFields = ["retry-after": "3"]
    }
    private struct Surprise: Error {}

    private static func router(_ middleware: [any Middleware] = []) -> Router {
        Router(
            [
                .init(.get, "/v1/models") { _, _ in .text(.ok, "list") },
                .init(.get, "/v1/models/{id}") { _, context in .text(.ok, context.parameters["id"] ?? "none") },
                .init(.delete, "/v1/models/{id}") { _, _ in .text(.ok, "deleted") },
                .init(.get, "/v1/models/special") { _, context in .text(.ok, "special " + context.route) },
                .init(.post, "/teapot") { _, _ in throw Teapot() },
                .init(.post, "/surprise") { _, _ in throw Surprise() },
                .init(.get, "/who") { _, context in .text(.ok, context.clientAddress) },
            ], middleware: middleware, trustedProxies: ["10.0.0.1"], logger: Logger(handler: NullLogHandler()))
    }

    private func answer(
        _ method: HTTPMethod, _ target: String, fields: HTTPFields = [:], peer: String = "192.0.2.7"
    ) async throws -> HTTPResponse {
        let target = try #require(HTTPTarget(target))
        return await Self.router().respond(to: HTTPRequest(method, target: target, fields: fields, peer: peer))
    }

    private func error(_ response: HTTPResponse) throws -> [String: Any] {
        let body = try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any]
        return try #require(body?["error"] as? [String: Any])
    }

    @Test("a parameter segment is decoded and given to the handler")
    func parameter() async throws {
        #expect(try await answer(.get, "/v1/models/a%2Fb%20c?x=1").body == Array("a/b c".utf8))
    }

    @Test("a literal segment wins over a parameter")
    func literal() async throws {
        #expect(try await answer(.get, "/v1/models/special").body == Array("special /v1/models/special".utf8))
    }

    @Test("a trailing slash leads to the same route")
    func trailingSlash() async throws {
        #expect(try await answer(.get, "/v1/models/").body == Array("list".utf8))
    }

    @Test("HEAD is answered by GET's handler")
    func head() async throws {
        #expect(try await answer(.head, "/v1/models").status == .ok)
    }

    @Test(
        "an unknown path is 404 in the error shape",
        arguments: ["/", "/v1", "/v1/models/x/y", "/v2/models", "//v1/models"])
    func notFound(path: String) async throws {
        let response = try await answer(.get, path)
        #expect(response.status == .notFound)
        let error = try error(response)
        #expect(error["code"] as? String == "not_found")
        #expect(error["param"] is NSNull)
        #expect((error["request_id"] as? String)?.hasPrefix("req_") == true)
    }

    @Test("a wrong method is 405 and names the right ones")
    func methodNotAllowed() async throws {
        let response = try await answer(.post, "/v1/models/x")
        #expect(response.status == .methodNotAllowed)
        #expect(response.fields["allow"] == "DELETE, GET, HEAD")
    }

    @Test("an error that knows its answer gives status, fields and all four members")
    func knownError() async throws {
        let response = try await answer(.post, "/teapot")
        #expect(response.status.code == 418)
        #expect(response.fields["retry-after"] == "3")
        let error = try error(response)
        #expect(error["message"] as? String == "a \"teapot\"\n")
        #expect(error["param"] as? String == "pot")
    }

    @Test("any other error is a plain 500")
    func unknownError() async throws {
        let response = try await answer(.post, "/surprise")
        #expect(response.status == .internalServerError)
        #expect(try error(response)["code"] as? String == "internal_error")
    }

    @Test("only a trusted proxy may name the client")
    func clientAddress() async throws {
        let fields: HTTPFields = ["x-forwarded-for": "203.0.113.9, 198.51.100.4"]
        #expect(try await answer(.get, "/who", fields: fields).body == Array("192.0.2.7".utf8))
        #expect(try await answer(.get, "/who", fields: fields, peer: "10.0.0.1").body == Array("198.51.100.4".utf8))
    }

    @Test("the first middleware is the outermost and sees errors as answers")
    func middlewareOrder() async throws {
        struct Mark: Middleware {
            let name: String
            func handle(
                _ request: HTTPRequest, _ context: RequestContext, next: HTTPHandler.NonThrowing
            ) async -> HTTPResponse {
                var response = await next(request, context)
                response.fields.append("x-mark", name)
                return response
            }
        }
        let router = Self.router([Mark(name: "outer"), Mark(name: "inner")])
        let response = await router.respond(to: HTTPRequest(.get, target: try #require(HTTPTarget("/nowhere"))))
        #expect(response.fields.values("x-mark") == ["inner", "outer"])
    }
}

@Suite("Request target")
struct HTTPTargetTests {
    @Test("path and query are split and decoded")
    func decoding() throws {
        let target = try #require(HTTPTarget("/a%20b/c?model=gpt%2Drealtime&x=a+b&flag&=v"))
        #expect(target.segments == ["a b", "c"])
        #expect(target.parameter("model") == "gpt-realtime")
        #expect(target.parameter("x") == "a b")
        #expect(target.parameter("flag") == "")
        #expect(target.parameter("") == "v")
        #expect(target.path == "/a%20b/c")
    }

    @Test(
        "what is no origin-form target is refused",
        arguments: ["", "*", "http://host/", "/%", "/%4", "/%zz", "/%00", "/%ff", "/a b", "/?x=%0", "/\u{7f}"])
    func refused(raw: String) { #expect(HTTPTarget(raw) == nil) }

    @Test("any bytes are either refused or split, never a trap")
    func random() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in
                Array("/%?&=+aF0\u{e9}\n".utf8).randomElement(using: &generator) ?? 0
            }
            _ = HTTPTarget("/" + String(decoding: bytes, as: UTF8.self))
        }
    }
}

@Suite("Request framing")
struct RequestFramingTests {
    @Test(
        "ambiguous framing is refused",
        arguments: [
            ["content-length": "1", "transfer-encoding": "chunked"],
            ["content-length": "1", "Content-Length": "1"],
            ["transfer-encoding": "gzip, chunked"],
            ["content-length": "+1"], ["content-length": "0x1"], ["content-length": ""], ["content-length": "1, 1"],
            ["host": "a", "Host": "b"],
            ["x-note": "a\u{0}b"], ["x-note": "a\rb"],
        ] as [HTTPFields])
    func refused(fields: HTTPFields) { #expect(RequestFraming.fault(method: .post, fields) != nil) }

    @Test("plain framing passes")
    func accepted() {
        #expect(RequestFraming.fault(method: .post, ["host": "a", "content-length": "12"]) == nil)
        #expect(RequestFraming.fault(method: .post, ["host": "a", "transfer-encoding": "Chunked"]) == nil)
    }

    @Test("a length beyond any integer is only large")
    func hugeLength() {
        #expect(RequestFraming.contentLength(["content-length": String(repeating: "9", count: 40)]) ?? 0 > 1 << 40)
    }
}
