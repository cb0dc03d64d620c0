package import Observability
import Synchronization

// DESIGN: One task starts the services in order, waits to be told to stop, and shuts them down in reverse, so that what
// others stand on goes last. A shutdown runs in a task of its own beside a timer; when the timer wins, the shutdown is cancelled and
// the next service has its turn, whether or not the late one returns: an end that never comes must not keep a process alive.
// A second request to stop takes every remaining deadline down to zero.

/// The services of one process, as one thing that starts and ends.
package struct ServiceGroup: Sendable {
    /// One service and how long it may take to end.
    package struct Member: Sendable {
        let service: any Service
        let deadline: Duration

        /// A service that is given up when its shutdown takes longer than `deadline`.
        package init(_ service: any Service, shutdownWithin deadline: Duration = .seconds(5)) {
            self.service = service
            self.deadline = deadline
        }
    }

    /// How `run` ended, when no service failed to start.
    package enum Outcome: Sendable, Equatable {
        /// Everything was shut down in time.
        case drained
        /// These services were given up, in the order of shutdown.
        case gaveUp([String])
    }

    private let members: [Member]
    private let readiness: Readiness
    private let logger: Logger
    private let sleep: @Sendable (Duration) async throws -> Void

    /// A group.
    ///
    /// - Parameters:
    ///   - members: in order of start: what others stand on comes first.
    ///   - readiness: told when every service runs, and when the end begins.
    ///   - logger: told of each step.
    ///   - sleep: waits and throws when cancelled; replaced by tests.
    package init(
        _ members: [Member], readiness: Readiness, logger: Logger,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.members = members
        self.readiness = readiness
        self.logger = logger
        self.sleep = sleep
    }

    /// Starts every service, waits for the first request to stop, and shuts down in reverse.
    ///
    /// - Parameter stops: yields a reason for each request to stop; its end counts as one.
    /// - Returns: whether every service ended in time.
    /// - Throws: what a service's start threw, after those before it were shut down.
    package func run<Stops: AsyncSequence & Sendable>(
        until stops: Stops
    ) async throws -> Outcome where Stops.Element: Sendable {
        let stopping = StopRequests()
        let listener = Task {
            do {
                for try await _ in stops { await stopping.add() }
            } catch {}
            await stopping.addIfNone()
        }
        defer { listener.cancel() }
        var started: [Member] = []
        do {
            for member in members {
                try await member.service.start()
                started.append(member)
                logger.debug("service started", [.name: .string(member.service.name)])
                if await stopping.count > 0 { break }
            }
        } catch {
            readiness.markDraining()
            logger.error("service failed to start", [.name: .string(members[started.count].service.name)])
            _ = await shutDown(started, stopping)
            throw error
        }
        if started.count == members.count { readiness.markReady() }
        logger.info("ready", [.count: .integer(started.count)])
        await stopping.reached(1)
        readiness.markDraining()
        logger.info("draining")
        let late = await shutDown(started, stopping)
        logger.info("stopped")
        return late.isEmpty ? .drained : .gaveUp(late)
    }

    private func shutDown(_ started: [Member], _ stopping: StopRequests) async -> [String] {
        var late: [String] = []
        for member in started.reversed() {
            let name = LogValue.string(member.service.name)
            if await finishes(member, stopping) {
                logger.debug("service stopped", [.name: name])
            } else {
                logger.warning("service given up", [.name: name, .duration: LogValue(milliseconds: member.deadline)])
                late.append(member.service.name)
            }
        }
        return late
    }

    /// Whether the service's shutdown returned before its deadline and before a second request to stop.
    private func finishes(_ member: Member, _ stopping: StopRequests) async -> Bool {
        let race = AsyncStream.makeStream(of: Bool.self, bufferingPolicy: .bufferingOldest(1))
        let shutdown = Task {
            await member.service.shutdown()
            race.continuation.yield(true)
        }
        let timer = Task { [sleep] in
            guard (try? await sleep(member.deadline)) != nil else { return }
            race.continuation.yield(false)
        }
        let impatience = Task {
            await stopping.reached(2)
            race.continuation.yield(false)
        }
        defer {
            timer.cancel()
            impatience.cancel()
        }
        for await finished in race.stream {
            if !finished { shutdown.cancel() }
            return finished
        }
        return false
    }
}
