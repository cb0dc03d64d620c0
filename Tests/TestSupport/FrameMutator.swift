internal import Core

/// Makes broken inputs, client frames or others, from good ones; the same seed makes the same inputs.
package struct FrameMutator {
    /// Frames to begin with, and how often each pool is drawn from: all alike.
    private let pools: [[[UInt8]]]
    private var random: SplitMix64

    /// Pieces that are put in or that replace others.
    private let pieces: [[UInt8]]

    /// Pieces of JSON and of the protocol.
    package static let framePieces = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\\u0000", "null", "true", "-1", "0", "1e999",
        "1E-999", "99999999999999999999", "9007199254740993", "0.5", "2", "100000", "\u{0}", "\u{7f}", "é", "😀",
        "\"type\"", "\"session\"", "\"audio\":", "\"input\":", "\"id\":", "{}", "[]", "\"\"", "[[[[[[[[", "\"inf\"",
        "\"none\"", "\"root\"", "\"item_a\"", "\"call_a\"",
    ]

    /// A source of inputs made from `pools` and `pieces`, none of which may be empty.
    package init(seed: UInt64, pools: [[String]], pieces: [String] = framePieces) {
        random = SplitMix64(seed: seed)
        self.pieces = pieces.map { Array($0.utf8) }
        self.pools = pools.map { $0.map { Array($0.utf8) } }
    }

    /// The next frame: changed in one to four places, now and then two in one, or nothing but noise.
    package mutating func next() -> [UInt8] {
        if Int.random(in: 0..<200, using: &random) == 0 { return noise() }
        var frame = draw()
        let changes = Int.random(in: 0..<4, using: &random) < 2 ? 1 : Int.random(in: 1...4, using: &random)
        for _ in 0..<changes { mutate(&frame) }
        return frame
    }

    /// A frame as it is in the pools.
    package mutating func draw() -> [UInt8] {
        let pool = pools[Int.random(in: 0..<pools.count, using: &random)]
        return pool[Int.random(in: 0..<pool.count, using: &random)]
    }

    private mutating func noise() -> [UInt8] {
        (0..<Int.random(in: 0...80, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    private mutating func piece() -> [UInt8] { pieces[Int.random(in: 0..<pieces.count, using: &random)] }

    private mutating func mutate(_ frame: inout [UInt8]) {
        guard !frame.isEmpty else { return frame.append(UInt8.random(in: 0...255, using: &random)) }
        let position = Int.random(in: 0..<frame.count, using: &random)
        switch Int.random(in: 0..<11, using: &random) {
        case 0: frame[position] = UInt8.random(in: 0...255, using: &random)
        case 1: frame.insert(contentsOf: piece(), at: position)
        case 2: frame.removeSubrange(position..<min(frame.count, position + Int.random(in: 1...8, using: &random)))
        case 3: frame.removeSubrange(position...)
        case 4:
            let end = min(frame.count, position + Int.random(in: 1...40, using: &random))
            frame.insert(contentsOf: Array(frame[position..<end]), at: Int.random(in: 0..<frame.count, using: &random))
        case 5: frame[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 6: frame[position] = UInt8.random(in: UInt8(ascii: " ")...UInt8(ascii: "~"), using: &random)
        case 7: splice(&frame, at: position)
        default: replaceValue(&frame, from: position)
        }
    }

    /// The rest of another frame.
    private mutating func splice(_ frame: inout [UInt8], at position: Int) {
        let other = draw()
        guard !other.isEmpty else { return }
        frame.replaceSubrange(position..., with: other[Int.random(in: 0..<other.count, using: &random)...])
    }

    /// Replaces what follows the next colon, up to the next comma or brace, so that the frame mostly stays JSON.
    private mutating func replaceValue(_ frame: inout [UInt8], from position: Int) {
        guard let colon = frame[position...].firstIndex(of: UInt8(ascii: ":")) else { return }
        let rest = frame[(colon + 1)...]
        let end = rest.firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") } ?? frame.count
        frame.replaceSubrange((colon + 1)..<end, with: piece())
    }
}
