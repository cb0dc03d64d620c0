import Core
import EventLoops

/// One call of a `ProviderChain` under way: which attempts run, who is heard, and until when to wait.
struct ProviderCall<Provider: Sendable, Event: Sendable, Outcome: Sendable> {
    typealias Chain = ProviderChain<Provider>
    typealias Race = ProviderRace<Event, Outcome>
    typealias Attempt = @Sendable (Provider, Race, Int) async throws(ProviderError) -> Outcome

    private struct Runner {
        let link: Chain.Link
        var isLate = false
        var isRunning = true
    }

    private let chain: Chain
    private let race: Race
    private let bounds: CallBounds
    private let attempt: Attempt
    /// Whom to ask next, in order.
    private var waiting: [Chain.Link]
    /// All attempts so far, by number.
    private var runners: [Runner] = []
    private var repeated: Set<String> = []
    /// Who asked to be asked again later, and what its error was.
    private var postponed: (link: Chain.Link, due: MonotonicInstant, error: ProviderError)?
    /// The attempt that is heard.
    private var heard: Int?
    /// When the time began to count; nil while the user speaks.
    private var start: MonotonicInstant?
    private var lastEvent = MonotonicInstant.zero
    /// When the newest attempt counts as late.
    private var patience: MonotonicInstant?

    init(
        _ chain: Chain, _ race: Race, _ bounds: CallBounds, _ links: [Chain.Link], start: MonotonicInstant?,
        attempt: @escaping Attempt
    ) {
        self.chain = chain
        self.race = race
        self.bounds = bounds
        self.attempt = attempt
        waiting = links
        // The last resort of a slow day: the first one again, whose first request may have been lost on the way.
        if bounds.repeats != .never, let first = links.first, first.mayRepeat { waiting.append(first) }
        self.start = start
    }

    /// Makes the call, whose first attempt the gate has let in.
    mutating func run(_ onEvent: (Event) async throws(ProviderError) -> Void) async throws(ProviderError) -> Outcome {
        begin(waiting.removeFirst())
        while true {
            switch await race.next(before: deadline) {
            case .event(let number, let event):
                guard take(number) else { continue }
                try await onEvent(event)
                lastEvent = chain.loop.now
            case .ended(let number, .success(let outcome)):
                guard heard == nil || heard == number else { continue }
                decide(for: number)
                runners[number].link.health.succeeded()
                return outcome
            case .ended(let number, .failure(let error)): try failed(number, error)
            case .inputEnded:
                start = start ?? chain.loop.now
                setPatience()
            case .deadline: try late()
            case .cancelled: throw fault(.cancelled, "was told to stop", of: runners.first?.link)
            }
        }
    }

    private var now: MonotonicInstant { chain.loop.now }

    /// Until when to wait for the next report.
    private var deadline: MonotonicInstant? {
        guard let start else { return postponed?.due }
        let end = bounds.total.map { start + $0 }
        if heard == nil { return [patience, postponed?.due, start + bounds.first, end].compactMap(\.self).min() }
        return [bounds.gap.map { lastEvent + $0 }, end].compactMap(\.self).min()
    }

    /// Whether an attempt's event is passed on.
    private mutating func take(_ number: Int) -> Bool {
        if let heard { return heard == number }
        guard bounds.isDecidedByEvent else { return runners[number].isRunning && number == leader }
        heard = number
        decide(for: number)
        return true
    }

    /// The first attempt that still runs: whose partial results are shown.
    private var leader: Int? { runners.firstIndex(where: \.isRunning) }

    /// One attempt answers: the others are stopped, and those that it overtook were too late.
    private mutating func decide(for number: Int) {
        for index in runners.indices where index != number && runners[index].isRunning {
            runners[index].isRunning = false
            race.stop(index)
            guard runners[index].isLate else { continue }
            absorb(fault(.timeout, "did not answer in time", of: runners[index].link), index)
        }
    }

    /// One more attempt, if there is whom to ask and the gate has room for it.
    private mutating func startNext() -> Bool {
        guard !waiting.isEmpty, chain.work?.enter() != false else { return false }
        begin(waiting.removeFirst())
        return true
    }

    private mutating func begin(_ link: Chain.Link) {
        let number = runners.count
        runners.append(Runner(link: link))
        race.start(number) { [attempt, race, work = chain.work] in
            do throws(ProviderError) {
                guard let work else { return .success(try await attempt(link.provider, race, number)) }
                return .success(
                    try await work.run { () async throws(ProviderError) in
                        try await attempt(link.provider, race, number)
                    })
            } catch {
                return .failure(error)
            }
        }
        setPatience()
    }

    /// The newest attempt's share of the time that is left, as long as somebody else could be asked.
    private mutating func setPatience() {
        guard let start, !waiting.isEmpty else {
            patience = nil
            return
        }
        patience = now + max((start + bounds.first - now) / (waiting.count + 1), Self.leastPatience)
    }

    /// The least time before another attempt begins.
    private static var leastPatience: Duration { .milliseconds(50) }

    private mutating func failed(_ number: Int, _ error: ProviderError) throws(ProviderError) {
        guard runners[number].isRunning else { return }
        runners[number].isRunning = false
        let link = runners[number].link
        if heard == number {
            link.health.failed(error.category, now: now)
            throw error
        }
        waiting.removeAll { $0.name == link.name }
        if link.mayRepeat, bounds.repeats == .afterFaults { askAgain(link, after: error) }
        guard !waiting.isEmpty || leader != nil || postponed != nil else {
            link.health.failed(error.category, now: now)
            throw error
        }
        if startNext() || leader != nil || postponed != nil { return absorb(error, number) }
        link.health.failed(error.category, now: now)
        throw error
    }

    /// One more try of a provider whose fault may pass: at once, or when it says, if the time is enough for that.
    private mutating func askAgain(_ link: Chain.Link, after error: ProviderError) {
        guard Self.mayPass(error.category) || error.retryAfter != nil, repeated.insert(link.name).inserted else {
            return
        }
        guard let wait = error.retryAfter else { return waiting.insert(link, at: 0) }
        let due = now + wait
        if postponed == nil, due + Self.leastPatience < (start ?? now) + bounds.first { postponed = (link, due, error) }
    }

    /// Nothing came in time: the next provider is asked beside those that are late, or the call is over.
    private mutating func late() throws(ProviderError) {
        if heard == nil, let (link, due, error) = postponed, due <= now {
            postponed = nil
            waiting.insert(link, at: 0)
            guard startNext() || leader != nil else { throw error }
            return
        }
        guard let start else { return }
        let isOver = heard != nil || start + bounds.first <= now || bounds.total.map { start + $0 <= now } ?? false
        if !isOver {
            for index in runners.indices { runners[index].isLate = true }
            if !startNext() { setPatience() }
            return
        }
        let slow = runners.indices.filter { runners[$0].isRunning }
        for index in slow { runners[index].link.health.failed(.timeout, now: now) }
        throw fault(
            .timeout, heard == nil ? "did not answer in time" : "fell silent in the middle of its answer",
            of: slow.last.map { runners[$0].link })
    }

    private func absorb(_ error: ProviderError, _ number: Int) {
        runners[number].link.health.failed(error.category, now: now)
        chain.watcher?.attemptFailed(error)
    }

    /// Whether the same request to the same provider may succeed a moment later.
    private static func mayPass(_ category: ErrorCategory) -> Bool {
        category == .unavailable || category == .malformedResponse
    }

    private func fault(_ category: ErrorCategory, _ predicate: String, of link: Chain.Link?) -> ProviderError {
        let name = link?.name ?? "engine"
        return ProviderError(chain.stage, provider: name, category, "\(name) \(chain.stage.title) \(predicate).")
    }
}

extension ProviderError.Stage {
    /// "speech-to-text": as in sentences about a provider.
    var title: String {
        switch self {
        case .speechToText: "speech-to-text"
        case .languageModel: "language model"
        case .textToSpeech: "text-to-speech"
        }
    }
}
