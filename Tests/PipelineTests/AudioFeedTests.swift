import Pipeline
import Synchronization
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
        feed.finish()
        #expect(!append([], to: feed))
        #expect(feed.totalSamples == 4)
    }

    @Test("another reader gets the turn from its beginning, whenever it comes")
    func replay() async {
        let feed = AudioFeed()
        append([1, 2], to: feed)
        #expect(await feed.next() == [1, 2])
        let second = feed.replay()
        append([3], to: feed)
        #expect(await second.next() == [1, 2, 3])
        #expect(await feed.next() == [3])
        async let waiting = second.next()
        feed.finish()
        #expect(await waiting == nil)
        #expect(await feed.next() == nil)
        #expect(await feed.replay().next() == [1, 2, 3])
    }

    @Test("the end of the turn is told once, also to those who ask afterwards")
    func end() {
        let feed = AudioFeed()
        let told = Mutex(0)
        feed.onFinish { told.withLock { $0 += 1 } }
        #expect(told.withLock(\.self) == 0)
        feed.finish()
        feed.finish()
        feed.onFinish { told.withLock { $0 += 10 } }
        #expect(told.withLock(\.self) == 11)
    }

    @discardableResult
    private func append(_ samples: [Int16], to feed: AudioFeed) -> Bool { feed.append(samples.span) }
}
