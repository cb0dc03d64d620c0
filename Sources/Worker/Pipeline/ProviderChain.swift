package import EventLoops
import Core

/// The providers of one stage in the order in which they are asked, shared by the sessions of a worker.
///
/// DESIGN. A call has the stage's time, not each provider: what one provider takes the next ones lack, so that a fallback never
/// makes a silence longer. A provider that fails is followed by the next one at once; where the fault may have been the way
/// there (`mayRepeat`), by itself once, at the time that it names if it does. A provider that is late, which is when its share of the time is over, is not given up:
/// the next one is asked beside it, and whichever answers first is the one that is heard. The first event is that choice; from
/// then on the others are stopped, and no other provider can take over what one has begun. Providers that failed several times
/// in a row are skipped by all sessions until a probe succeeds, unless all of them are.
package struct ProviderChain<Provider: Sendable>: Sendable {
    /// One provider and what is known about it.
    package struct Link: Sendable {
        let provider: Provider
        let name: String
        let mayRepeat: Bool
        let health: ProviderHealth

        /// A provider by its `name`; `mayRepeat`: it is across a network, so asking again may help.
        package init(_ provider: Provider, name: String, mayRepeat: Bool, health: ProviderHealth = ProviderHealth()) {
            self.provider = provider
            self.name = name
            self.mayRepeat = mayRepeat
            self.health = health
        }
    }

    let stage: ProviderError.Stage
    let links: [Link]
    let loop: any EventLoop
    let watcher: (any ProviderWatcher)?
    /// For what is asked; nil: for the worker itself, which is not bounded.
    var work: ProviderWork?

    /// At least one link.
    package init(
        _ stage: ProviderError.Stage, _ links: [Link], loop: any EventLoop, watcher: (any ProviderWatcher)? = nil
    ) {
        precondition(!links.isEmpty, "a stage without a provider cannot be served")
        self.stage = stage
        self.links = links
        self.loop = loop
        self.watcher = watcher
    }

    /// The links to ask now, the one named `avoided` last.
    func order(avoiding avoided: String?) -> [Link] {
        let now = loop.now
        let healthy = links.filter { $0.health.admits(now: now) }
        let order = healthy.isEmpty ? links : healthy
        guard let avoided, let index = order.firstIndex(where: { $0.name == avoided }) else { return order }
        return Array(order[(index + 1)...] + order[...index])
    }

    /// One call; see the type's description.
    ///
    /// Runs on the loop; cancelling the task stops all attempts at once.
    ///
    /// - Parameters:
    ///   - bounds: how long it may take.
    ///   - links: whom to ask, from `order`.
    ///   - input: what must be over before the time counts; nil: it counts from now on.
    ///   - attempt: asks one provider, which reports to the race by its number.
    ///   - onEvent: gets the events of the provider that is heard; an error that it throws ends the call.
    /// - Returns: the outcome of the provider that was heard.
    /// - Throws: what the last provider failed with.
    func call<Event: Sendable, Outcome: Sendable>(
        _ bounds: CallBounds, _ links: [Link], input: AudioFeed? = nil,
        attempt: @escaping ProviderCall<Provider, Event, Outcome>.Attempt,
        onEvent: (Event) async throws(ProviderError) -> Void
    ) async throws(ProviderError) -> Outcome {
        let begun = loop.now
        try await work?.enter(stage, within: bounds.first)
        let race = ProviderRace<Event, Outcome>(loop: loop)
        let result = await withTaskCancellationHandler {
            defer { race.end() }
            if Task.isCancelled { race.end() }
            input?.onFinish { race.post(.inputEnded) }
            var call = ProviderCall(self, race, bounds, links, start: input == nil ? begun : nil, attempt: attempt)
            do throws(ProviderError) {
                return Result<Outcome, ProviderError>.success(try await call.run(onEvent))
            } catch {
                return .failure(error)
            }
        } onCancel: {
            race.end()
        }
        return try result.get()
    }
}

/// How long one call may take.
struct CallBounds: Sendable, Equatable {
    /// To the first event, or to the end where there is none.
    var first: Duration
    /// Between two events, and from the last to the end; nil: not bounded.
    var gap: Duration?
    /// The whole call; nil: not bounded.
    var total: Duration?
    /// Whether the first event decides who is heard; where it does not, the first result does.
    var isDecidedByEvent = true
    /// When the same provider may be asked once more.
    var repeats = Repeats.afterFaults

    /// When a provider that is across a network may be asked once more.
    enum Repeats: Sendable {
        /// When it failed, or is late.
        case afterFaults
        /// When it is late only: whoever calls asks again after faults.
        case whenLate
        /// Never.
        case never
    }
}
