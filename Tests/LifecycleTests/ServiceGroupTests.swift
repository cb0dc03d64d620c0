import Lifecycle
import Observability
import Synchronization
import Testing

@Suite("Service group", .timeLimit(.minutes(1)))
struct ServiceGroupTests {
    private struct Broken: Error {}

    /// What happened, in order.
    private final class Record: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }

        func service(_ name: String) -> ClosureService {
            ClosureService(name, start: { self.add("start \(name)") }, shutdown: { self.add("stop \(name)") })
        }
    }

    /// A stop that comes when the test says so.
    private let stops = AsyncStream.makeStream(of: String.self)

    private func group(
        _ services: [any Service], _ readiness: Readiness = Readiness(),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { _ in try await ServiceGroupTests.forever() }
    ) -> ServiceGroup {
        ServiceGroup(
            services.map { ServiceGroup.Member($0) }, readiness: readiness, logger: Logger(handler: NullLogHandler()),
            sleep: sleep)
    }

    /// Waits until cancelled.
    private static func forever() async throws {
        for await _ in AsyncStream<Never>.makeStream().stream {}
        throw CancellationError()
    }

    @Test("starts in order, is ready in between, and stops in reverse")
    func order() async throws {
        let record = Record()
        let readiness = Readiness()
        #expect(readiness.state == .starting)
        let last = ClosureService(
            "watch",
            start: {
                record.add("start watch")
                #expect(!readiness.isReady)
                stops.continuation.yield("test")
            }, shutdown: { #expect(readiness.state == .draining) })
        let outcome = try await group([record.service("a"), record.service("b"), last], readiness).run(
            until: stops.stream)
        #expect(outcome == .drained)
        #expect(record.all == ["start a", "start b", "start watch", "stop b", "stop a"])
        #expect(readiness.state == .draining)
    }

    @Test("a start that fails shuts down what was started and throws the fault")
    func failedStart() async {
        let record = Record()
        let broken = ClosureService("broken", start: { throw Broken() })
        await #expect(throws: Broken.self) {
            _ = try await group([record.service("a"), broken, record.service("c")]).run(until: stops.stream)
        }
        #expect(record.all == ["start a", "stop a"])
    }

    @Test("a shutdown past its deadline is cancelled and does not keep the others from theirs")
    func deadline() async throws {
        let record = Record()
        let slow = ClosureService(
            "slow", start: { stops.continuation.yield("test") },
            shutdown: {
                try? await Self.forever()
                record.add("slow was cancelled")
            })
        let outcome = try await group(
            [record.service("a"), slow],
            sleep: { duration in
                #expect(duration == .seconds(5))
                if record.all.contains("start a"), !record.all.contains("timer") { return record.add("timer") }
                try await Self.forever()
            }
        ).run(until: stops.stream)
        #expect(outcome == .gaveUp(["slow"]))
        #expect(record.all.contains("stop a"))
    }

    @Test("a second request to stop gives up what is still under way")
    func impatience() async throws {
        let slow = ClosureService(
            "slow", start: { stops.continuation.yield("first") },
            shutdown: {
                stops.continuation.yield("second")
                try? await Self.forever()
            })
        #expect(try await group([slow]).run(until: stops.stream) == .gaveUp(["slow"]))
    }

    @Test("the end of the requests is a request")
    func endOfRequests() async throws {
        let record = Record()
        stops.continuation.finish()
        #expect(try await group([record.service("a")]).run(until: stops.stream) == .drained)
        #expect(record.all == ["start a", "stop a"])
    }

    @Test("readiness never goes back from draining to ready")
    func readinessOrder() {
        let readiness = Readiness()
        readiness.markReady()
        #expect(readiness.isReady)
        readiness.markDraining()
        readiness.markReady()
        #expect(readiness.state == .draining)
        #expect(Readiness.State.allCases.map(\.name) == ["starting", "ready", "draining"])
    }
}
