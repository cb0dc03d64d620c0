import Audio
import Testing

@Suite("Time in samples")
struct AudioTimeTests {
    @Test("is exact for whole milliseconds", arguments: [8_000, 16_000, 24_000])
    func milliseconds(rate: Int) {
        for milliseconds in [0, 1, 20, 32, 999, 3_600_000] {
            let time = AudioTime(.milliseconds(milliseconds), rate: rate)
            #expect(time.samples == milliseconds * rate / 1_000)
            #expect(time.milliseconds == milliseconds)
            #expect(time.duration == .milliseconds(milliseconds))
        }
    }

    @Test("is rounded toward zero")
    func rounding() {
        #expect(AudioTime(.nanoseconds(41_666), rate: 24_000).samples == 0)
        #expect(AudioTime(.nanoseconds(41_667), rate: 24_000).samples == 1)
        #expect(AudioTime(.milliseconds(-1), rate: 16_000).samples == -16)
        #expect(AudioTime(samples: 1, rate: 24_000).duration == .nanoseconds(41_666))
        #expect(AudioTime(samples: 23, rate: 24_000).milliseconds == 0)
    }

    @Test("is saturated, not overflowed")
    func saturation() {
        #expect(AudioTime(.milliseconds(Int.max), rate: 24_000).samples == .max)
        #expect(AudioTime(.milliseconds(Int.min), rate: 24_000).samples == .min)
        #expect(AudioTime(samples: .max, rate: 8_000).converted(to: 24_000).samples == .max)
    }

    @Test("converts between rates without drift")
    func conversion() {
        let day = 86_400
        #expect(AudioTime(samples: 512, rate: 16_000).converted(to: 24_000).samples == 768)
        #expect(AudioTime(samples: 24_000 * day + 3, rate: 24_000).converted(to: 16_000).samples == 16_000 * day + 2)
        #expect(AudioTime(samples: 160, rate: 16_000) < AudioTime(samples: 241, rate: 24_000))
        #expect(AudioTime(samples: 160, rate: 16_000) >= AudioTime(samples: 240, rate: 24_000))
    }
}
