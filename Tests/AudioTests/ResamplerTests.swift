import Audio
import Testing

@Suite("The resampler")
struct ResamplerTests {
    /// The conversions that sessions and providers make.
    static let rates = [
        (24_000, 16_000), (16_000, 24_000), (22_050, 24_000), (8_000, 24_000), (24_000, 8_000), (8_000, 16_000),
    ]

    /// The whole stream cut into chunks of the given sizes, repeated.
    func resample(_ input: [Int16], _ from: Int, _ to: Int, chunks: [Int]) throws -> [Int16] {
        let resampler = try Resampler(from: from, to: to)
        var output: [Int16] = []
        var position = 0
        var turn = 0
        while position < input.count {
            let end = min(input.count, position + chunks[turn % chunks.count])
            try resampler.process(input.span.extracting(position..<end), appendingTo: &output)
            (position, turn) = (end, turn + 1)
        }
        try resampler.finish(appendingTo: &output)
        return output
    }

    @Test("gives the same samples however the stream is cut", arguments: rates)
    func chunks(from: Int, to: Int) throws {
        let input = tone(440, rate: from, count: from)
        let whole = try resample(input, from, to, chunks: [input.count])
        for chunks in [[1], [from / 50], [7, 1, 960, 0, 333], [511, 512, 513]] {
            let cut = try resample(input, from, to, chunks: chunks)
            #expect(cut.count == whole.count)
            // The converter keeps its place as a fraction, whose rounding depends on where it was called.
            #expect(zip(cut, whole).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
        }
    }

    @Test("keeps a tone pure, without shift, and gives as many samples as time has passed", arguments: rates)
    func purity(from: Int, to: Int) throws {
        let output = try resample(tone(1_000, rate: from, count: from * 2), from, to, chunks: [from / 50])
        #expect(abs(output.count - to * 2) <= 1)
        #expect(impurity(output[(to / 2)..<(to * 3 / 2)], frequency: 1_000, rate: to) < -85)
        let expected = tone(1_000, rate: to, count: to * 2)
        #expect((to / 2..<to).allSatisfy { abs(Int(output[$0]) - Int(expected[$0])) < 8 })
    }

    @Test("withholds no more than 2.5 milliseconds", arguments: rates)
    func delay(from: Int, to: Int) throws {
        let resampler = try Resampler(from: from, to: to)
        let chunk = tone(300, rate: from, count: from / 50)
        var output: [Int16] = []
        for index in 1...50 {
            try resampler.process(chunk.span, appendingTo: &output)
            #expect(index * to / 50 - output.count <= to / 400)
        }
    }

    @Test("removes what the lower rate cannot hold")
    func aliases() throws {
        let output = try resample(tone(10_000, rate: 24_000, count: 48_000), 24_000, 16_000, chunks: [480])
        #expect(level(of: output[4_000..<28_000]) < 0.000_05)
    }

    @Test("clips the overshoot of full scale instead of wrapping it")
    func clipping() throws {
        let square = (0..<48_000).map { $0 / 60 % 2 == 0 ? Int16.max : Int16.min }
        let output = try resample(square, 24_000, 16_000, chunks: [480])
        #expect(output.contains(.max) && output.contains(.min))
        // Well inside each half period of 40 samples the sign is the input's.
        #expect(
            (1_000..<30_000).allSatisfy { index in
                let phase = index % 80
                return phase % 40 < 4 || phase % 40 > 36 || (output[index] > 0) == (phase < 40)
            })
    }

    @Test("gives the same as floats and as integers")
    func floats() throws {
        let input = tone(700, rate: 24_000, count: 9_600)
        let (a, b) = (try Resampler(from: 24_000, to: 16_000), try Resampler(from: 24_000, to: 16_000))
        var (integers, floats): ([Int16], [Float]) = ([], [])
        try a.process(input.span, appendingTo: &integers)
        try b.process(input.span, appendingTo: &floats)
        #expect(integers.count == floats.count && !floats.isEmpty)
        #expect(zip(integers, floats).allSatisfy { abs(Float($0) / 32_768 - $1) < 1 / 32_768 })
    }

    @Test("starts anew after a reset, and after the end of a stream")
    func reset() throws {
        let resampler = try Resampler(from: 16_000, to: 24_000)
        let input = tone(440, rate: 16_000, count: 3_200)
        var runs: [[Int16]] = []
        for turn in 0..<3 {
            var output: [Int16] = []
            try resampler.process(input.span, appendingTo: &output)
            if turn == 0 { resampler.reset() } else { try resampler.finish(appendingTo: &output) }
            runs.append(output)
        }
        #expect(runs[1].starts(with: runs[0]))
        #expect(runs[1] == runs[2])
        #expect(runs[1].count == 4_800)
    }

    @Test("passes samples untouched when both rates are the same")
    func identity() throws {
        let input = tone(440, rate: 24_000, count: 777)
        #expect(try resample(input, 24_000, 24_000, chunks: [100]) == input)
    }

    @Test(
        "refuses rates that no audio has",
        arguments: [(0, 16_000), (16_000, -1), (24_000, 10_000_000), (1_000, 384_000)])
    func unsupported(from: Int, to: Int) throws {
        let error = try #require(throws: AudioError.self) { _ = try Resampler(from: from, to: to) }
        #expect(error.code == .unsupportedRate)
    }

    /// The root mean square, from 0 to 1.
    private func level(of samples: ArraySlice<Int16>) -> Double {
        let squares = samples.reduce(0.0) { $0 + Double($1) * Double($1) }
        return (squares / Double(samples.count)).squareRoot() / 32_768
    }
}
