import Audio
import Testing

@Suite("The ring of samples")
struct SampleRingTests {
    @Test("holds the latest samples at their positions, however they come", arguments: [1, 3, 7, 8, 9, 20, 64])
    func latest(size: Int) {
        var ring = SampleRing(capacity: 8)
        let stream = (0..<64).map { Int16($0) }
        for begin in stride(from: 0, to: stream.count, by: size) {
            let end = min(begin + size, stream.count)
            ring.append(stream.span.extracting(begin..<end))
            #expect(ring.end == end && ring.start == max(0, end - 8))
            for position in [0, ring.start, ring.start + 3, end - 1, end] where position <= end {
                var output: [Int16] = [-1]
                let from = ring.copy(from: position, appendingTo: &output)
                #expect(from == max(position, ring.start))
                #expect(output == [-1] + (from..<end).map { Int16($0) })
            }
        }
    }

    @Test("gives nothing from a position that is yet to come, or before the first")
    func outside() {
        var ring = SampleRing(capacity: 8, position: 100)
        var output: [Int16] = []
        #expect(ring.copy(from: -5, appendingTo: &output) == 100)
        ring.append([1, 2].span)
        #expect(ring.copy(from: 200, appendingTo: &output) == 102)
        #expect(output == [])
        #expect(ring.copy(from: 0, appendingTo: &output) == 100)
        #expect(output == [1, 2])
    }

    @Test("counts on after it is emptied")
    func emptied() {
        var ring = SampleRing(capacity: 4)
        ring.append([1, 2, 3].span)
        ring.removeAll()
        ring.append([4].span)
        var output: [Int16] = []
        #expect(ring.copy(from: 0, appendingTo: &output) == 3)
        #expect(output == [4] && ring.count == 1 && ring.end == 4)
    }

    @Test("takes memory as samples come, up to its capacity, and gives it back")
    func memory() {
        var ring = SampleRing(capacity: 100_000, position: 7)
        #expect(ring.allocated == 0)
        let stream = (0..<250_000).map { Int16(truncatingIfNeeded: $0) }
        var sizes: Set<Int> = []
        for begin in stride(from: 0, to: stream.count, by: 1_000) {
            ring.append(stream.span.extracting(begin..<begin + 1_000))
            sizes.insert(ring.allocated)
            var output: [Int16] = []
            let from = ring.copy(from: ring.end - 15_000, appendingTo: &output)
            #expect(output.elementsEqual(stream[(from - 7)..<begin + 1_000]))
        }
        #expect(ring.count == 100_000 && sizes.max() == 100_000 && sizes == [16_000, 32_000, 64_000, 100_000])
        ring.capacity = 50_000
        #expect(ring.count == 50_000 && ring.allocated == 50_000)
        ring.trim(before: ring.end - 10)
        var output: [Int16] = []
        ring.copy(from: 0, appendingTo: &output)
        #expect(output.elementsEqual(stream.suffix(10)) && ring.allocated == 16_000)
        ring.append(stream.span.extracting(0..<90_000))
        output = []
        ring.copy(from: 0, appendingTo: &output)
        #expect(output.elementsEqual(stream[40_000..<90_000]))
    }

    @Test("a ring that was full and becomes larger holds what it held, and then more")
    func larger() {
        var ring = SampleRing(capacity: 20_000)
        ring.append([Int16](repeating: 1, count: 70_000).span)
        ring.capacity = 100_000
        #expect(ring.start == 50_000 && ring.count == 20_000)
        ring.append([Int16](repeating: 2, count: 30_000).span)
        var samples: [Int16] = []
        #expect(ring.copy(from: 0, appendingTo: &samples) == 50_000)
        #expect(samples == [Int16](repeating: 1, count: 20_000) + [Int16](repeating: 2, count: 30_000))
    }
}
