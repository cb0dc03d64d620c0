import Agents
import Core
import Cryptography
import HTTPClient
import Pipeline
import Testing

@testable import ServerTools

@Suite("Messages to tools and their answers") struct ToolMessageTests {
    private let owner = ServerToolOwner(session: SessionID("sess_1"), tenant: TenantID("ten_1"))

    @Test("A call is a signed message whose id does not change with time")
    func message() throws {
        let secret = try WebhookSecret(masterKey: .random(), tenant: owner.tenant)
        let call = LanguageModelRequest.ToolCall(id: "call_1", name: "weather", arguments: #"{"city":"Bern"}"#)
        let message = ToolMessage(call, for: owner, secret: secret)
        let request = message.request(to: "https://x", at: UnixTime(seconds: 1000), timeout: .seconds(2))
        let body = try JSONValue.parse(#require(request.body))
        #expect(
            body
                == .object([
                    "type": .string("tool.call"), "call_id": .string("call_1"), "name": .string("weather"),
                    "arguments": .object(["city": .string("Bern")]), "session_id": .string("sess_1"),
                    "tenant_id": .string("ten_1"),
                ]))
        let headers = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, $0.value.revealed) })
        #expect(headers["webhook-id"] == "msg_call_1")
        #expect(headers["webhook-timestamp"] == "1000")
        #expect(
            headers["webhook-signature"]
                == secret.signature(id: "msg_call_1", timestamp: UnixTime(seconds: 1000), body: request.body ?? []))
        #expect(request.deadlines.total == .seconds(2))
        let later = message.request(to: "https://x", at: UnixTime(seconds: 2000), timeout: .seconds(1))
        #expect(later.headers.first { $0.name == "webhook-id" } == request.headers.first { $0.name == "webhook-id" })
    }

    @Test("A good answer is told as it is; one that was cut says so, without half a character")
    func answered() {
        let whole = ToolAnswer(status: 200, body: Array("rain".utf8), isCut: false)
        #expect(whole.output == "rain")
        #expect(whole.outcome == .answered)
        let cut = ToolAnswer(status: 201, body: Array("ré".utf8.dropLast()), isCut: true)
        #expect(cut.output == "r\n[The result is longer than 2 bytes; the rest was left out.]")
    }

    @Test("Every failure is a typed result, and only what was not done is repeated")
    func failures() throws {
        let unavailable = ToolAnswer(status: 503, body: [], isCut: false)
        #expect(unavailable.mayRepeat)
        let missing = ToolAnswer(status: 404, body: Array("no such order".utf8), isCut: false)
        #expect(try JSONValue.parse(missing.output)["error"]?["code"]?.string == "http_status")
        #expect(missing.output.contains("no such order"))
        #expect(!missing.mayRepeat)
        #expect(ToolAnswer(status: 302, body: [], isCut: false).output.contains("redirect"))
        for code in HTTPClientError.Code.allCases {
            let answer = ToolAnswer(HTTPClientError(code))
            #expect(answer.mayRepeat == (code == .connectFailed))
            #expect(try JSONValue.parse(answer.output)["error"]?["message"]?.string?.isEmpty == false)
            #expect(answer.outcome != .answered)
        }
    }
}
