/// The part of a request head that libwebsockets needs for its half of the handshake (RFC 6455, section 4.2).
///
/// DESIGN: libwebsockets never sees the client's head. It gets a minimal one made here, with the client's key and at most
/// the one subprotocol that we speak. Thus no credential can reach its memory dumps or logs, no extension is negotiated,
/// its limits on header fields do not matter, and the subprotocol of the answer is ours to say.
struct WebSocketHandshake: Equatable {
    /// The one subprotocol that is ever selected.
    static let subprotocol = "realtime"

    private let key: String
    private let selectsSubprotocol: Bool

    /// Checks the handshake fields; throws the answer for a client that did not get them right.
    init(_ head: HTTPRequestHead, offeredSubprotocols: [String]) throws(Refusal) {
        guard head.method == "GET", head.isVersion11 else {
            throw Refusal(HTTPAnswer(status: 400, text: "A websocket starts with GET and HTTP/1.1.\n"))
        }
        guard head.headers["sec-websocket-version"] == "13" else {
            throw Refusal(
                HTTPAnswer(
                    status: 426, headers: [("Sec-WebSocket-Version", "13")],
                    text: "Only websocket version 13 is spoken.\n"))
        }
        // 16 bytes in base64.
        guard let key = head.headers["sec-websocket-key"], key.utf8.count == 24, key.hasSuffix("=="),
            key.utf8.dropLast(2).allSatisfy(Self.isBase64)
        else {
            throw Refusal(HTTPAnswer(status: 400, text: "Sec-WebSocket-Key is missing or not 16 bytes in base64.\n"))
        }
        guard head.headers["content-length"].map({ Int($0) == 0 }) ?? true else {
            throw Refusal(HTTPAnswer(status: 400, text: "A websocket request has no body.\n"))
        }
        self.key = key
        selectsSubprotocol = offeredSubprotocols.contains(Self.subprotocol)
    }

    /// The head that libwebsockets answers.
    var head: [UInt8] {
        var text = "GET / HTTP/1.1\r\nHost: worker\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        text += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \(key)\r\n"
        if selectsSubprotocol { text += "Sec-WebSocket-Protocol: \(Self.subprotocol)\r\n" }
        return Array((text + "\r\n").utf8)
    }

    /// A handshake that cannot go on.
    struct Refusal: Error, Equatable {
        let answer: HTTPAnswer
        init(_ answer: HTTPAnswer) { self.answer = answer }
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x30...0x39: true
        case UInt8(ascii: "+"), UInt8(ascii: "/"): true
        default: false
        }
    }
}
