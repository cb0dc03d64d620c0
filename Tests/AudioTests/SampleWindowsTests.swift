import Audio
import Testing

@Suite("Windows of samples") struct SampleWindowsTests {
    @Test("are cut into windows that follow each other without gap", arguments: [1, 5, 8, 13, 100])
    func windows(size: Int) {
        let stream = (0..<100).map { Int16($0) }
        var cutter = SampleWindows(length: 8)
        var heard: [[Float]] = []
        for begin in stride(from: 0, to: stream.count, by: size) {
            cutter.append(stream.span.extracting(begin..<min(begin + size, stream.count))) { window in
                heard.append(window.indices.map { window[$0] * 32_768 })
            }
        }
        #expect(heard.flatMap { $0 } == (0..<96).map { Float($0) })
        #expect(heard.allSatisfy { $0.count == 8 })
        #expect(cutter.pending == 4)
    }
}
