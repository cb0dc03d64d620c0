import Core
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

@Suite("Audio that a worker keeps") struct KeptAudioTests {
    private let loop = VirtualTimeLoop()

    private func kept(_ limit: Int, _ body: (KeptAudio) -> Void) {
        let kept = KeptAudio(limit: limit, pool: nil, loop: loop)
        loop.run { body(kept) }
    }

    @Test("The oldest goes when there is no room, whosever it is; what is given back makes room")
    func newest() {
        kept(1_000) { kept in
            let ids = (0..<3).map { _ in kept.keep(.bytes([UInt8](repeating: 1, count: 400))) }
            #expect(ids.map { kept.holds($0) } == [false, true, true])
            #expect(kept.size <= 1_000)
            kept.drop(ids[1])
            kept.drop(ids[0])
            let samples = kept.keep(.samples([1, 2, 3]))
            #expect(kept.holds(ids[2]) && kept.sound(samples) == .samples([1, 2, 3]))
            kept.drop(ids[2])
            kept.drop(samples)
            #expect(kept.size == 0)
        }
    }

    @Test("A piece that grows pushes out older ones and then itself, and can be cut")
    func growing() {
        kept(1_000) { kept in
            let old = kept.keep(.bytes([UInt8](repeating: 1, count: 400)))
            let growing = kept.keep(.bytes([]))
            #expect(kept.extend(growing, by: [1, 2, 3, 4]) && kept.holds(old))
            kept.cut(growing, to: 3)
            kept.cut(growing, to: 9)
            #expect(kept.sound(growing) == .bytes([1, 2, 3]))
            #expect(kept.extend(growing, by: [UInt8](repeating: 2, count: 500)[...]) && !kept.holds(old))
            #expect(!kept.extend(growing, by: [UInt8](repeating: 2, count: 500)[...]))
            #expect(!kept.extend(growing, by: [1]) && kept.size == 0)
        }
    }

    @Test("Without room nothing is kept")
    func nothing() {
        kept(0) { kept in
            let id = kept.keep(.bytes([1]))
            #expect(!kept.holds(id) && kept.size == 0)
        }
    }
}
