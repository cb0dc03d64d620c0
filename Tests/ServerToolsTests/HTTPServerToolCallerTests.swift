import Agents
import Core
import Cryptography
import EventLoops
import HTTPClient
import Pipeline
import RealtimeProtocol
import ServerTools
import Synchronization
import TestSupport
import Testing

/// Real sockets on loopback.
@Suite("Calling tools over HTTPS", .serialized, .timeLimit(.minutes(1)))
struct HTTPServerToolCallerTests {
    private let tool: FakeTool
    private let certificate: TestCertificate
    private let plain: HTTPClient
    private let outcomes = Outcomes()
    private let owner = ServerToolOwner(session: SessionID("sess_1"), tenant: TenantID("ten_1"))
    private let master: MasterKey

    private final class Outcomes: Sendable {
        private let all = Mutex<[ServerToolOutcome]>([])
        func note(_ outcome: ServerToolOutcome) { all.withLock { $0.append(outcome) } }
        var values: [ServerToolOutcome] { all.withLock { $0 } }
    }

    init() async throws {
        certificate = try await TestCertificate.make()
        tool = try await FakeTool.start(certificate: certificate)
        plain = try HTTPClient(
            loop: TestLoop.shared,
            configuration: HTTPClientConfiguration(certificateAuthorities: certificate.path))
        master = try .random()
    }

    private func caller(_ listed: String? = nil, trusts: Bool = true) throws -> HTTPServerToolCaller {
        let (master, outcomes) = (master, outcomes)
        let client = try HTTPClient(
            loop: TestLoop.shared,
            configuration: HTTPClientConfiguration(certificateAuthorities: trusts ? certificate.path : nil))
        let entry = listed ?? "127.0.0.1:\(tool.port)"
        return HTTPServerToolCaller(
            client: client, policy: DestinationPolicy(listed: [ListedDestination(entry)].compactMap(\.self)),
            environment: .init(
                time: { UnixTime(seconds: 1_700_000_000) },
                secret: { tenant throws(CryptographyError) in try WebhookSecret(masterKey: master, tenant: tenant) },
                observe: { outcome, _ in outcomes.note(outcome) }))
    }

    private func ask(
        _ query: String, by caller: HTTPServerToolCaller? = nil, base: String? = nil, timeout: Duration = .seconds(5),
        id: String = "call_1"
    ) async throws -> String {
        let caller = try caller ?? self.caller()
        let definition = ServerToolDefinition(
            name: "look_up", url: "\(base ?? tool.baseURL)/answer?\(query)", timeout: timeout)
        let call = LanguageModelRequest.ToolCall(id: id, name: "look_up", arguments: #"{"a":1}"#)
        let owner = owner
        return await Task(executorPreference: TestLoop.shared) {
            await caller.answer(call, of: definition, for: owner)
        }.value
    }

    private func log() async throws -> [JSONValue] {
        let response = try await plain.execute(HTTPClientRequest(.get, tool.baseURL + "/_log"))
        return try JSONValue.parse(await response.body.collect(upTo: 1 << 20)).array ?? []
    }

    private func code(_ output: String) -> String? { (try? JSONValue.parse(output))?["error"]?["code"]?.string }

    @Test("A call is one signed POST, and its answer is the result")
    func answered() async throws {
        #expect(try await ask("body=sunny") == "sunny")
        let entry = try #require(try await log().first)
        let body = try #require(entry["body"]?.string)
        #expect(try JSONValue.parse(body)["arguments"]?["a"] == .integer(1))
        let secret = try WebhookSecret(masterKey: master, tenant: owner.tenant)
        #expect(
            entry["headers"]?["webhook-signature"]?.string
                == secret.signature(
                    id: "msg_call_1", timestamp: UnixTime(seconds: 1_700_000_000), body: Array(body.utf8)))
        #expect(outcomes.values == [.answered])
    }

    @Test("An address that nobody lists is not connected to, by number or by name")
    func refused() async throws {
        let strict = try caller("192.0.2.1")
        #expect(code(try await ask("", by: strict)) == "address_refused")
        #expect(code(try await ask("", by: strict, base: "https://localhost:\(tool.port)")) == "address_refused")
        #expect(
            code(try await ask("", by: strict, base: "https://[::ffff:127.0.0.1]:\(tool.port)")) == "address_refused")
        #expect(code(try await ask("", by: strict, base: "https://0x7f.1:\(tool.port)")) == "address_refused")
        #expect(try await log().isEmpty)
        #expect(outcomes.values.allSatisfy { $0 == .refused })
    }

    @Test("A redirect is not followed")
    func redirect() async throws {
        let output = try await ask("status=302&location=https%3A%2F%2F127.0.0.1%3A\(tool.port)%2Fanswer")
        #expect(code(output) == "http_status")
        #expect(try await log().count == 1)
    }

    @Test("A result that is too long is cut, and the model is told")
    func long() async throws {
        let output = try await ask("bytes=1000000")
        #expect(output.hasPrefix("xxx"))
        #expect(output.hasSuffix("[The result is longer than 65536 bytes; the rest was left out.]"))
        #expect(output.utf8.count < 66_000)
    }

    @Test("503 is repeated under the same id; other failures are not repeated")
    func repeated() async throws {
        #expect(try await ask("fail_first=2&body=fine") == "fine")
        let entries = try await log()
        #expect(entries.count == 3)
        #expect(Set(entries.compactMap { $0["headers"]?["webhook-id"]?.string }) == ["msg_call_1"])
        #expect(code(try await ask("status=500", id: "call_2")) == "http_status")
        #expect(code(try await ask("cut=1", id: "call_3")) == "broken_answer")
        #expect(try await log().count == 5)
        #expect(outcomes.values == [.answered, .status, .unreachable])
    }

    @Test("A tool that takes too long is given up within its time-out")
    func timeout() async throws {
        let start = ContinuousClock.now
        #expect(code(try await ask("delay_ms=5000", timeout: .milliseconds(300))) == "timeout")
        #expect(ContinuousClock.now - start < .seconds(2))
    }

    @Test("Cancelling aborts the request at the endpoint")
    func cancelled() async throws {
        let caller = try caller()
        let definition = ServerToolDefinition(name: "look_up", url: "\(tool.baseURL)/answer?delay_ms=10000")
        let call = LanguageModelRequest.ToolCall(id: "call_1", name: "look_up", arguments: "{}")
        let owner = owner
        let task = Task(executorPreference: TestLoop.shared) { await caller.answer(call, of: definition, for: owner) }
        while try await log().isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        task.cancel()
        #expect(code(await task.value) == "cancelled")
        for _ in 0..<300 where try await log().first?["aborted"] != .bool(true) {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try await log().first?["aborted"] == .bool(true))
        #expect(outcomes.values == [.cancelled])
    }

    @Test("A certificate that is not trusted, a closed port and an unknown name are told as such")
    func unreachable() async throws {
        #expect(code(try await ask("", by: caller(trusts: false))) == "unreachable")
        #expect(code(try await ask("", by: caller("127.0.0.1:1"), base: "https://127.0.0.1:1")) == "unreachable")
        #expect(outcomes.values == [.untrusted, .unreachable])
    }
}
