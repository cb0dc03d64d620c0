import Core
import Testing

@testable import Transport

@Suite struct QueueTests {
    private func message(_ text: String) -> [UInt8] {
        [UInt8](repeating: 0, count: OutboundQueue.headroom) + Array(text.utf8)
    }

    @Test func `Messages leave in order, long ones in fragments, and bytes are counted`() {
        var queue = OutboundQueue()
        let texts = (0..<300).map { String(repeating: "\($0) ", count: $0 == 7 ? 60_000 : 3) }
        for text in texts { queue.append(message(text)) }
        var expected = texts.reduce(0) { $0 + $1.utf8.count }
        #expect(queue.bytes == expected)
        var (received, current): ([String], [UInt8]) = ([], [])
        while !queue.isEmpty {
            var wrote = 0
            let result = queue.sendFragment { payload, count, isFirst, isLast in
                #expect(isFirst == current.isEmpty && count <= OutboundQueue.fragmentBytes)
                current += UnsafeBufferPointer(start: payload, count: count)
                // What libwebsockets does with the headroom.
                for offset in 1...OutboundQueue.headroom { payload[-offset] = 0xFF }
                if isLast {
                    received.append(String(decoding: current, as: UTF8.self))
                    current = []
                }
                wrote = count
                return true
            }
            expected -= wrote
            #expect(result.succeeded && queue.bytes == expected)
        }
        #expect(received == texts)
    }

    @Test func `A write that fails keeps the message`() {
        var queue = OutboundQueue()
        queue.append(message("kept"))
        #expect(!queue.sendFragment { _, _, _, _ in false }.succeeded)
        #expect(queue.bytes == 4 && !queue.isEmpty)
        queue.removeAll()
        #expect(queue.bytes == 0 && queue.isEmpty)
    }

    @Test func `Pieces in random sizes make the same message, and memory follows what has arrived`() {
        var generator = SplitMix64(seed: 5)
        var assembler = MessageAssembler(maximumBytes: 1000, oversizeFactor: 4)
        for _ in 0..<2000 {
            let length = Int.random(in: 0...1500, using: &generator)
            let bytes = (0..<length).map { UInt8($0 & 0x7F) }
            var (start, event) = (0, MessageAssembler.Event.incomplete)
            var pieces = 0
            repeat {
                let end = min(length, start + Int.random(in: 0...600, using: &generator))
                event = assembler.append(bytes[start..<end].span, isBinary: false, isLast: end == length)
                pieces += 1
                start = end
                #expect(end == length || event == .incomplete)
            } while start < length || event == .incomplete
            switch event {
            case .textInPlace: #expect(pieces == 1 && length <= 1000)
            case .textAssembled:
                let text = assembler.takeText()
                #expect(text == bytes)
            case .tooBig: #expect(length > 1000)
            default: Issue.record("unexpected \(event)")
            }
            assembler.finish()
        }
    }

    @Test func `Places are counted per address and by what was granted`() {
        var configuration = WebSocketServerConfiguration()
        configuration.maximumHandshakes = 2
        configuration.maximumRefusals = 1
        configuration.maximumConnections = 2
        configuration.maximumConnectionsPerAddress = 3
        var limiter = ConnectionLimiter(configuration)
        #expect(limiter.begin("a") && limiter.begin("a") && !limiter.begin("b"))
        // Who was granted something makes room for a newcomer; a refusal takes up no granted place.
        #expect(limiter.promote(to: .granted) && limiter.promote(to: .refusal))
        #expect(limiter.begin("b") && !limiter.promote(to: .refusal) && limiter.promote(to: .granted))
        #expect(limiter.begin("a") && !limiter.promote(to: .granted) && !limiter.begin("a"))
        limiter.release(.refusal, of: "a")
        limiter.release(.granted, of: "never began")
        #expect(limiter.promote(to: .refusal) && limiter.begin("a"))
    }
}
