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
}
