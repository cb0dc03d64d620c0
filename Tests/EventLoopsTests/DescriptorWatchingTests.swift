import EventLoops
import Glibc
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct DescriptorWatchingTests {
    /// A connected pair of sockets, closed at the end of the body.
    private func withPair(_ body: (EpollEventLoop, Int32, Int32) async throws -> Void) async rethrows {
        let loop = EpollEventLoop(name: "watching")
        loop.start()
        var pair: [Int32] = [-1, -1]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
        defer {
            loop.stop()
            for descriptor in pair { close(descriptor) }
        }
        try await body(loop, pair[0], pair[1])
    }

    @Test func `A readable descriptor calls its handler on the loop until it is unwatched`() async {
        await withPair { loop, ours, theirs in
            let received = Recorder<UInt8>()
            await withCheckedContinuation { continuation in
                loop.execute {
                    loop.watch(ours, for: .read) { events in
                        var byte: UInt8 = 0
                        #expect(events.contains(.read) && loop.isCurrent)
                        let count = read(ours, &byte, 1)
                        #expect(count == 1)
                        received.append(byte)
                        if byte == 3 {
                            loop.unwatch(ours)
                            continuation.resume()
                        }
                    }
                    #expect(write(theirs, [1, 2, 3, 4] as [UInt8], 4) == 4)
                }
            }
            await loop.run {}
            #expect(received.values == [1, 2, 3])
        }
    }

    @Test func `A second watch replaces interest and handler`() async {
        await withPair { loop, ours, _ in
            let writable = await withCheckedContinuation { continuation in
                loop.execute {
                    loop.watch(ours, for: .read) { _ in Issue.record("The replaced handler was called") }
                    loop.watch(ours, for: .write) { events in
                        loop.unwatch(ours)
                        continuation.resume(returning: events)
                    }
                }
            }
            #expect(writable == .write)
        }
    }

    @Test func `A hang-up is reported whether asked for or not`() async {
        await withPair { loop, ours, theirs in
            let events = await withCheckedContinuation { continuation in
                loop.execute {
                    loop.watch(ours, for: []) { events in
                        loop.unwatch(ours)
                        continuation.resume(returning: events)
                    }
                    shutdown(theirs, Int32(SHUT_RDWR))
                }
            }
            #expect(events.contains(.failure))
        }
    }

    @Test func `A handler that unwatches another ready descriptor prevents its call`() async {
        await withPair { loop, first, second in
            let calls = Atomic<Int>(0)
            await loop.run {
                for (descriptor, other) in [(first, second), (second, first)] {
                    loop.watch(descriptor, for: .write) { _ in
                        calls.add(1, ordering: .relaxed)
                        loop.unwatch(descriptor)
                        loop.unwatch(other)
                    }
                }
            }
            for _ in 0..<10 { await loop.run {} }
            #expect(calls.load(ordering: .relaxed) == 1)
        }
    }
}
