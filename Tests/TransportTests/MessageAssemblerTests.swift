import Testing
@testable import Transport

/// Texts that come in pieces.
@Suite struct MessageAssemblerTests {
    private static let text = Array("a é € 😀 \u{10FFFF} z".utf8)

    private static func take(_ assembler: inout MessageAssembler, _ piece: [UInt8], isLast: Bool)
        -> MessageAssembler.Event
    {
        assembler.append(piece.span, isBinary: false, isLast: isLast)
    }

    @Test(arguments: 1..<text.count) func `A text may be cut anywhere, in the middle of a character too`(cut: Int) {
        var assembler = MessageAssembler(maximumBytes: 1000, oversizeFactor: 2)
        let (first, second) = (Self.text[..<cut], Self.text[cut...])
        #expect(Self.take(&assembler, Array(first), isLast: false) == .incomplete)
        #expect(Self.take(&assembler, Array(second), isLast: true) == .textAssembled)
        #expect(assembler.takeText() == Self.text)
    }

    @Test func `A text that comes byte by byte is put together`() {
        var assembler = MessageAssembler(maximumBytes: 1000, oversizeFactor: 2)
        for byte in Self.text.dropLast() {
            #expect(Self.take(&assembler, [byte], isLast: false) == .incomplete)
        }
        #expect(Self.take(&assembler, [Self.text.last ?? 0], isLast: true) == .textAssembled)
        #expect(assembler.takeText() == Self.text)
    }

    @Test(
        arguments: [
            [0xFF], [0x61, 0xC0, 0x80, 0x61], [0x80], [0xED, 0xA0, 0x80, 0x61], [0xF4, 0x90, 0x80, 0x80, 0x61],
            [0xE2, 0x61],
            [0x80, 0x80, 0x80, 0x80],
        ] as [[UInt8]])
    func `What is not UTF-8 is found as soon as it has come`(bytes: [UInt8]) {
        var assembler = MessageAssembler(maximumBytes: 1000, oversizeFactor: 2)
        #expect(Self.take(&assembler, [0x61], isLast: false) == .incomplete)
        #expect(Self.take(&assembler, bytes, isLast: false) == .invalid)
    }

    @Test func `A character without its end is not UTF-8 at the end of the message`() {
        var assembler = MessageAssembler(maximumBytes: 1000, oversizeFactor: 2)
        #expect(Self.take(&assembler, [0xE2, 0x82], isLast: false) == .incomplete)
        #expect(Self.take(&assembler, [], isLast: true) == .invalid)
    }

    @Test func `Memory of a large message is not kept, used or not`() {
        var assembler = MessageAssembler(maximumBytes: 1 << 20, oversizeFactor: 2)
        let piece = [UInt8](repeating: 0x61, count: 1 << 18)
        #expect(Self.take(&assembler, piece, isLast: false) == .incomplete)
        assembler.finish()
        #expect(assembler.capacity < 1 << 16)
        #expect(Self.take(&assembler, piece, isLast: false) == .incomplete)
        assembler.refuse()
        #expect(assembler.capacity < 1 << 16)
        #expect(Self.take(&assembler, piece, isLast: true) == .refused)
    }
}
