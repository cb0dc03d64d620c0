import Pipeline
import Testing

@Suite("The audio of a turn on its way to speech-to-text")
struct AudioFeedTests {
    @Test("what is appended in small pieces comes out whole and in order, then nil")
    func order() async {
        let feed = AudioFeed()
        for start in stride(from: 0, to: 1_000, by: 10) {
            #expect(append((start..<start + 10).map { Int16($0) }, to: feed))
        }
        feed.finish()
        #expect(await feed.next() == (0..<1_000).map { Int16($0) })
        #expect(await feed.next() == nil)
        #expect(feed.totalSamples == 1_000)
    }

    @Test("a full feed and a finished one take nothing")
    func bounds() async {
        let feed = AudioFeed(capacity: 4)
        #expect(append([1, 1, 1, 1], to: feed))
        #expect(!append([1], to: feed))
        #expect(await feed.next()?.count == 4)
        #expect(append([1], to: feed))
        feed.finish()
        #expect(!append([1], to: feed))
        #expect(feed.totalSamples == 5)
    }

    private func append(_ samples: [Int16], to feed: AudioFeed) -> Bool { feed.append(samples.span) }
}
