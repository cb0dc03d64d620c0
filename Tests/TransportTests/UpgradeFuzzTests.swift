import Core
import TestSupport
import Testing

@testable import Transport

/// Random and broken request heads and messages, as far as they are read by us and not by libwebsockets.
@Suite struct UpgradeFuzzTests {
    private static let heads = [
        RawClient.upgradeHead(),
        RawClient.upgradeHead(["Authorization: Bearer sk-hidden", "OpenAI-Beta: realtime=v1", "User-Agent: x/1"]),
        RawClient.upgradeHead(["api-key: sk-hidden", "Sec-WebSocket-Extensions: permessage-deflate"]),
        RawClient.upgradeHead([
            "Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.sk-hidden, openai-beta.realtime-v1"
        ]),
        "GET /v1/realtime?model=gpt%2Drealtime&intent=transcription&x=%zz+1&=&& HTTP/1.1\r\nHost: h\r\nA: b, c\r\na:\td \r\n\r\n",
        "HEAD /healthz HTTP/1.0\r\nContent-Length: 0\r\n\r\n",
        "POST /v1/realtime/calls HTTP/1.1\r\nHost: h\r\nContent-Length: 12\r\n\r\n{\"a\":\"b\"}",
    ]

    private static let pieces = [
        "\r\n", "\n", "\r", "\r\n\r\n", " ", "\t", ":", ": ", ",", ";", "?", "&", "=", "%", "%41", "%é", "+", "/", "//",
        "..", "\u{0}",
        "\u{7F}", "é", "😀", "HTTP/1.1", "HTTP/9.9", "GET", "Host: h\r\n", "Upgrade: websocket\r\n",
        "Connection: keep-alive, Upgrade\r\n",
        "Transfer-Encoding: chunked\r\n", "Content-Length: 99999999999999999999\r\n",
        "Authorization: Bearer sk-hidden\r\n",
        "openai-insecure-api-key.sk-hidden", "Sec-WebSocket-Version: 13\r\n",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
        String(repeating: "x", count: 5_000), String(repeating: "X: y\r\n", count: 60),
    ]

    private enum Outcome: Equatable {
        case refused(HTTPHeadError)
        case unfinished
        case read(HTTPRequestHead, rest: [UInt8])
    }

    private static func read(_ bytes: [UInt8], cuts: [Int]) -> Outcome {
        var parser = HTTPHeadParser()
        var start = 0
        for end in cuts.sorted() + [bytes.count] {
            do throws(HTTPHeadError) {
                if let (head, rest) = try parser.append(bytes[start..<end].span) {
                    return .read(head, rest: rest + bytes[end...])
                }
            } catch { return .refused(error) }
            start = end
        }
        return .unfinished
    }

    @Test func `A request is read alike however it is cut, and hides its keys`() {
        let cases = FuzzRun.cases(otherwise: 20_000)
        var mutator = FrameMutator(seed: FuzzRun.seed, pools: [Self.heads], pieces: Self.pieces)
        var random = SplitMix64(seed: FuzzRun.seed)
        var (read, upgraded) = (0, 0)
        for _ in 0..<cases {
            let bytes = mutator.next()
            let cuts = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                Int.random(in: 0...bytes.count, using: &random)
            }
            let outcome = Self.read(bytes, cuts: [])
            #expect(Self.read(bytes, cuts: cuts) == outcome)
            guard case .read(let head, _) = outcome else { continue }
            read += 1
            upgraded += Self.checkRequest(head) ? 1 : 0
        }
        #expect(read > cases / 20)
        #expect(upgraded > cases / 100)
        FuzzRun.report(cases, "request heads, \(read) read, \(upgraded) upgraded")
    }

    /// Whether the request may become a websocket; everything that is made from it on the way is looked at.
    private static func checkRequest(_ head: HTTPRequestHead) -> Bool {
        let request = UpgradeRequest(head, remoteAddress: "127.0.0.1")
        #expect(request.headers["authorization"] == nil && request.headers["api-key"] == nil)
        #expect(request.headers["sec-websocket-protocol"] == nil)
        #expect(!request.offeredSubprotocols.contains { $0.hasPrefix(UpgradeRequest.keySubprotocolPrefix) })
        #expect(!request.path.contains("?") && request.credential?.revealed != "")
        guard request.wantsWebSocket,
            let handshake = try? WebSocketHandshake(head, offeredSubprotocols: request.offeredSubprotocols)
        else { return false }
        // What libwebsockets gets holds one thing of the client's: a key of 24 harmless characters.
        let lines = String(decoding: handshake.head, as: UTF8.self).split(
            separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.count == (request.offeredSubprotocols.contains("realtime") ? 9 : 8))
        #expect(handshake.head.count < 256)
        return true
    }

    @Test func `Pieces of messages are put together, dropped or refused as they came`() {
        let cases = FuzzRun.cases(otherwise: 20_000)
        let (limit, factor) = (1_000, 3)
        var random = SplitMix64(seed: FuzzRun.seed)
        var assembler = MessageAssembler(maximumBytes: limit, oversizeFactor: factor)
        var whole: [UInt8] = []
        var isBinary = false
        for _ in 0..<cases {
            if whole.isEmpty { isBinary = Int.random(in: 0..<4, using: &random) == 0 }
            let length = [0, 1, 7, 300, 900, 1_100, 2_000].randomElement(using: &random) ?? 0
            let piece = (0..<length).map { _ in UInt8.random(in: 0...127, using: &random) }
            let isLast = Bool.random(using: &random)
            whole += piece
            let event = assembler.append(piece.span, isBinary: isBinary, isLast: isLast)
            if whole.count > limit * factor {
                #expect(event == .excessive)
            } else if !isLast {
                #expect(event == .incomplete)
                continue
            } else if whole.count > limit {
                #expect(event == .tooBig)
            } else if isBinary {
                #expect(event == .binary)
            } else if event == .textInPlace {
                #expect(whole == piece)
            } else {
                #expect(event == .textAssembled)
                let text = assembler.takeText()
                #expect(text == whole)
            }
            assembler.finish()
            whole = []
        }
        FuzzRun.report(cases, "pieces of messages")
    }
}
