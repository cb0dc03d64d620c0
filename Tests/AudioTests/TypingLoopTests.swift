import Audio
import Testing
import Waveforms

@Suite("The typing sound's loop") struct TypingLoopTests {
    @Test("The seam is no louder a step than any other within the sound", arguments: [500, 2000, 10_000])
    func seam(milliseconds: Int) throws {
        let loop = try TypingLoop(duration: .milliseconds(milliseconds))
        #expect(loop.wide.count == milliseconds * 24 && loop.narrow.count == milliseconds * 8)
        for samples in [loop.wide, loop.narrow] {
            let steps = zip(samples, samples.dropFirst()).map { abs(Int($1) - Int($0)) }
            let seam = abs(Int(samples[0]) - Int(samples[samples.count - 1]))
            #expect(seam <= steps.max() ?? 0)
            #expect(samples.contains { abs(Int($0)) > 4000 }, "typing is to be heard")
            let quiet = samples.count { abs(Int($0)) < 200 }
            #expect(quiet * 2 > samples.count, "keystrokes have pauses between them")
        }
    }

    @Test("A recording's end leads into its beginning")
    func recording() throws {
        // A rise from beginning to end, the worst seam there can be.
        let rise = (0..<24_000).map { Int16($0) }
        let loop = try TypingLoop(WAVFile(bytes: WAVFile.encode(samples: rise.span, rate: 24_000).span))
        #expect(loop.wide.count == 24_000 - 1200)
        let seam = abs(Int(loop.wide[0]) - Int(loop.wide[loop.wide.count - 1]))
        #expect(seam < 20, "a step of \(seam)")
    }

    @Test("The same seed types the same, another one something else")
    func seeds() throws {
        #expect(try TypingLoop(duration: .seconds(1)) == TypingLoop(duration: .seconds(1)))
        #expect(try TypingLoop(duration: .seconds(1)) != TypingLoop(duration: .seconds(1), seed: 2))
    }
}
