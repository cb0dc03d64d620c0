import Core
import RealtimeProtocol
import Tenancy
import Transport

// The HTTP answers of the Realtime port; everything else there is a WebSocket.
extension HTTPAnswer {
    static let notFound = refusal(
        404, ProtocolError(nil, "There is nothing here; the Realtime API is at /v1/realtime."))

    static let upgradeRequired = refusal(
        426, ProtocolError(nil, "The Realtime API is a WebSocket; send an upgrade request."),
        headers: [("Upgrade", "websocket")])

    /// `error` as its REST twin, with when to try again.
    static func refusal(_ status: Int, _ error: TenancyError) -> HTTPAnswer {
        let seconds = error.retryAfter.map { max(1, Int($0.inSeconds.rounded(.up))) } ?? 1
        let type: ProtocolError.ErrorType = status == 429 ? .rateLimit : .server
        var body: [UInt8] = []
        JSONWriter.append(to: &body) { json in
            json.object { json in
                json.key("error")
                json.object { json in
                    json.member("message", error.message)
                    json.member("type", type.rawValue)
                    json.member("param", orNull: String?.none)
                    json.member("code", error.code.rawValue)
                }
            }
        }
        return HTTPAnswer(
            status: status, headers: [("Content-Type", "application/json"), ("Retry-After", String(seconds))],
            body: body)
    }

    /// `error` as an HTTP body.
    static func refusal(
        _ status: Int, _ error: ProtocolError, headers: [(name: String, value: String)] = []
    ) -> HTTPAnswer {
        var body: [UInt8] = []
        error.encodeBody(into: &body)
        return HTTPAnswer(status: status, headers: [("Content-Type", "application/json")] + headers, body: body)
    }
}
