import Core
import Testing

@testable import Tenancy

@Suite struct CandidateDrawTests {
    private func worker(_ name: Int, used: Int, state: WorkerStatus.State = .ready) -> WorkerStatus {
        WorkerStatus(
            registration: WorkerRegistration(id: WorkerID("wrk_\(name)"), address: "h:\(name)", capacity: 10),
            state: state, used: used, silence: .zero)
    }

    @Test func `No worker is drawn twice and draining ones never`() {
        var generator = SplitMix64(seed: 1)
        for _ in 0..<100 {
            var draw = CandidateDraw((0..<5).map { worker($0, used: $0, state: $0 == 2 ? .draining : .ready) })
            let drawn = (draw.draw(3, using: &generator) + draw.draw(3, using: &generator)).map(
                \.registration.id.rawValue)
            #expect(Set(drawn) == ["wrk_0", "wrk_1", "wrk_3", "wrk_4"] && drawn.count == 4)
            let none = draw.draw(1, using: &generator)
            #expect(none.isEmpty)
        }
    }

    @Test func `The emptier of two is preferred, and yet not always the emptiest`() {
        var generator = SplitMix64(seed: 2)
        var first = [Int](repeating: 0, count: 4)
        for _ in 0..<4000 {
            var draw = CandidateDraw((0..<4).map { worker($0, used: $0 * 3) })
            let id = draw.draw(1, using: &generator)[0].registration.id.rawValue
            first[Int(id.dropFirst(4)) ?? 0] += 1
        }
        // Of 16 ordered pairs the emptiest wins 7, then 5, 3 and 1.
        for (count, share) in zip(first, [7.0, 5, 3, 1]) { #expect(abs(Double(count) / 4000 - share / 16) < 0.03) }
    }
}

@Suite struct BoundedCacheTests {
    @Test func `It knows the age of a value and forgets the oldest when full`() {
        var cache = BoundedCache<Int, String>(capacity: 3)
        for key in 0..<5 { cache.store("v\(key)", for: key, now: .zero + .seconds(key)) }
        #expect(cache.value(for: 0, now: .zero) == nil && cache.value(for: 1, now: .zero) == nil)
        #expect(cache.value(for: 4, now: .zero + .seconds(9))?.age == .seconds(5))
        #expect(cache.cost == 3)
    }

    @Test func `Replacing and removing keep the cost right, whatever the order`() {
        var cache = BoundedCache<Int, Int>(capacity: 50)
        var generator = SplitMix64(seed: 3)
        var model: [Int: Int] = [:]
        for step in 0..<5000 {
            let key = Int.random(in: 0..<30, using: &generator)
            if step % 3 == 0 {
                cache.remove(key)
                model[key] = nil
            } else {
                let cost = Int.random(in: 1...10, using: &generator)
                cache.store(cost, for: key, cost: cost, now: .zero)
                model[key] = cost
                // Whatever the cache threw away is thrown away here too; what it kept must be what was stored.
                for known in model.keys where cache.value(for: known, now: .zero) == nil { model[known] = nil }
            }
            #expect(cache.cost == model.values.reduce(0, +) && cache.cost <= 50)
            for (known, value) in model { #expect(cache.value(for: known, now: .zero)?.value == value) }
        }
        cache.store(1, for: 99, cost: 51, now: .zero)
        #expect(cache.value(for: 99, now: .zero) == nil)
    }
}

@Suite struct RateLimitStatusTests {
    @Test func `What remains follows from how far ahead the arrival time is`() {
        let idle = RateLimitStatus(quotaPerMinute: 60, burst: 10, aheadMicroseconds: 0)
        #expect(idle == RateLimitStatus(limit: 60, remaining: 10, resetAfter: .zero))
        let three = RateLimitStatus(quotaPerMinute: 60, burst: 10, aheadMicroseconds: 3_000_000)
        #expect(three == RateLimitStatus(limit: 60, remaining: 7, resetAfter: .seconds(3)))
        #expect(RateLimitStatus(quotaPerMinute: 60, burst: 10, aheadMicroseconds: 3_000_001).remaining == 6)
        #expect(RateLimitStatus(quotaPerMinute: 60, burst: 1, aheadMicroseconds: 9_000_000).remaining == 0)
        #expect(RateLimitStatus(quotaPerMinute: 0, burst: 0, aheadMicroseconds: 5).limit == 0)
    }
}
