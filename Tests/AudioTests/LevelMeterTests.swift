import Audio
import Testing

@Suite("The level meter")
struct LevelMeterTests {
    @Test("reads 0.707 for a sine at full scale, and silence as the floor")
    func levels() {
        let sine = tone(1_000, rate: 24_000, count: 24_000, amplitude: 32_767)
        #expect(abs(LevelMeter.level(of: sine.span) - 0.7071) < 0.001)
        #expect(LevelMeter.level(of: [Int16]().span) == 0)
        #expect(LevelMeter.level(of: [Int16](repeating: .min, count: 10).span) == 1)
        #expect(LevelMeter(rate: 24_000).decibels == LevelMeter.floor)
    }

    @Test("follows a change within its time constant, whatever the chunks", arguments: [24, 480, 2_400])
    func smoothing(chunk: Int) {
        var meter = LevelMeter(rate: 24_000)
        let loud = [Int16](repeating: 16_384, count: chunk)
        for _ in 0..<2_400 / chunk { meter.process(loud.span) }
        #expect(abs(meter.level * meter.level - 0.25 * 0.632) < 0.001)
        for _ in 0..<24_000 / chunk { meter.process(loud.span) }
        #expect(abs(meter.decibels + 6.02) < 0.01)
        meter.reset()
        #expect(meter.level == 0)
    }
}
