import Core
import EventLoops
import Synchronization
import Testing

@Suite struct TimerQueueTests {
    private func drain(_ queue: inout TimerQueue, at nanoseconds: Int64) {
        while let work = queue.popDue(at: MonotonicInstant(nanoseconds: nanoseconds)) { work() }
    }

    @Test func `Timers come out by deadline, and in order of insertion at the same deadline`() {
        var queue = TimerQueue()
        let fired = Recorder<Int>()
        var generator = SplitMix64(seed: 7)
        var expected: [(Int64, Int)] = []
        for index in 0..<1000 {
            let deadline = Int64.random(in: 0..<50, using: &generator)
            expected.append((deadline, index))
            _ = queue.insert(at: MonotonicInstant(nanoseconds: deadline)) { fired.append(index) }
        }
        drain(&queue, at: 50)
        #expect(fired.values == expected.sorted { $0 < $1 }.map(\.1))
        #expect(queue.nextDeadline() == nil)
    }

    @Test func `A timer is not due before its deadline`() {
        var queue = TimerQueue()
        _ = queue.insert(at: MonotonicInstant(nanoseconds: 10)) {}
        #expect(queue.popDue(at: MonotonicInstant(nanoseconds: 9)) == nil)
        #expect(queue.nextDeadline() == MonotonicInstant(nanoseconds: 10))
        #expect(queue.popDue(at: MonotonicInstant(nanoseconds: 10)) != nil)
    }

    @Test func `A cancelled timer never comes out, and cancelling twice is harmless`() {
        var queue = TimerQueue()
        let fired = Recorder<Int>()
        let tokens = (0..<10).map { index in
            queue.insert(at: MonotonicInstant(nanoseconds: Int64(index))) { fired.append(index) }
        }
        for token in tokens where token.rawValue % 2 == 0 {
            queue.cancel(token)
            queue.cancel(token)
        }
        #expect(queue.count == 5)
        drain(&queue, at: 100)
        #expect(fired.values == [0, 2, 4, 6, 8])
        for token in tokens { queue.cancel(token) }
    }

    @Test func `Deadlines that are always cancelled do not pile up`() {
        var queue = TimerQueue()
        _ = queue.insert(at: MonotonicInstant(nanoseconds: 1)) {}
        for index in 0..<100_000 {
            queue.cancel(queue.insert(at: MonotonicInstant(nanoseconds: Int64(1_000_000 + index))) {})
        }
        #expect(queue.count == 1)
        #expect(queue.heldEntries <= 65)
    }

    @Test func `Random inserts and cancels agree with a sorted list`() {
        var generator = SplitMix64(seed: 42)
        var queue = TimerQueue()
        let fired = Recorder<UInt64>()
        var model: [(deadline: Int64, token: UInt64)] = []
        var order: [UInt64] = []
        for step in 0..<5000 {
            switch Int.random(in: 0..<4, using: &generator) {
            case 0 where !model.isEmpty:
                let victim = model.remove(at: Int.random(in: 0..<model.count, using: &generator))
                queue.cancel(TimerToken(rawValue: victim.token))
            case 1:
                let now = Int64(step)
                drain(&queue, at: now)
                order += model.filter { $0.deadline <= now }.sorted { $0 < $1 }.map(\.token)
                model.removeAll { $0.deadline <= now }
            default:
                let deadline = Int64(step) + Int64.random(in: 0..<200, using: &generator)
                let number = UInt64(model.map(\.token).max() ?? 0)
                let box = Recorder<UInt64>()
                let token = queue.insert(at: MonotonicInstant(nanoseconds: deadline)) { fired.append(box.values[0]) }
                box.append(token.rawValue)
                #expect(token.rawValue > number)
                model.append((deadline, token.rawValue))
            }
        }
        #expect(fired.values == order)
        #expect(queue.count == model.count)
    }
}
