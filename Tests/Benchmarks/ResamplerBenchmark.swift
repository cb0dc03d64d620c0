import Audio

/// Converting speech in chunks of 20 ms.
enum ResamplerBenchmark: Benchmark {
    static let name = "resampler"

    static func run(_ report: (Measurement) -> Void) throws {
        // The recording played at the wrong speed is as good a signal as any.
        let recording = try Recording.samples()
        for (from, to) in [(24_000, 16_000), (16_000, 24_000), (22_050, 24_000), (8_000, 24_000), (24_000, 8_000)] {
            let resampler = try Resampler(from: from, to: to)
            let size = from / 50
            var output: [Int16] = []
            output.reserveCapacity(to)
            let time = try Measurement.medianMicroseconds(count: 5_000) { index in
                output.removeAll(keepingCapacity: true)
                let begin = index * size % (recording.count - size)
                try resampler.process(recording.span.extracting(begin..<begin + size), appendingTo: &output)
            }
            report(
                Measurement(name: "20 ms from \(from) to \(to) Hz", value: time, unit: "µs", budget: .atMost(200)))
        }
    }
}
