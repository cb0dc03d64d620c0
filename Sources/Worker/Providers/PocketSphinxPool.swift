// DESIGN. A decoder serves one turn at a time and is too large to have one per session. The pool hands out what it has, makes
// more up to its size, and lets further turns wait in order: each waiting turn has a continuation that is resumed
// exactly once, by whoever takes it out of the list (a decoder that comes back, its deadline, its cancellation). Its audio is kept
// by its feed meanwhile and decoded five times as fast as it was spoken.

import Core
import Pipeline
import Synchronization

/// The decoders of this process.
///
/// All methods may be called from any thread.
final class PocketSphinxPool: Sendable {
    /// What a waiting turn is resumed with.
    private enum Grant: Sendable {
        case decoder(PocketSphinxHandle)
        /// The right to make a decoder, after one was thrown away.
        case permit
        case refused(ProviderError)
    }
    private struct Waiter {
        let id: Int
        let continuation: CheckedContinuation<Grant, Never>
    }
    private struct State {
        var idle: [PocketSphinxHandle] = []
        /// Decoders that exist or are being made.
        var made = 0
        var waiters: [Waiter] = []
        var nextID = 0
        /// Turns that were told to wait but are not in the list yet, and what ended their wait before it began.
        var arriving: [Int: Grant?] = [:]
    }
    private let state = Mutex(State())
    private let size: Int
    private let waitingTurns: Int
    private let patience: Duration
    private let make: @Sendable () async throws(ProviderError) -> PocketSphinxHandle
    private let sleep: @Sendable (Duration) async throws -> Void

    /// An empty pool.
    ///
    /// - Parameters:
    ///   - configuration: size and bounds.
    ///   - sleep: waits for that long or until the task is cancelled.
    ///   - make: loads a decoder, off the caller's thread.
    init(
        _ configuration: PocketSphinxConfiguration, sleep: @escaping @Sendable (Duration) async throws -> Void,
        make: @escaping @Sendable () async throws(ProviderError) -> PocketSphinxHandle
    ) {
        size = max(1, configuration.decoders)
        waitingTurns = configuration.waitingTurns
        patience = configuration.patience
        self.make = make
        self.sleep = sleep
    }

    /// Turns that wait at the moment.
    var waiting: Int { state.withLock { $0.waiters.count } }

    /// Decoders that are with a turn, or being made for one, at the moment.
    var inUse: Int { state.withLock { $0.made - $0.idle.count } }

    /// Makes all decoders that are still missing; the first failure ends it.
    func fill() async throws(ProviderError) {
        while state.withLock({ state in
            guard state.made < size else { return false }
            state.made += 1
            return true
        }) {
            giveBack(try await makeOne())
        }
    }

    /// A decoder for one turn, to be given back or thrown away.
    ///
    /// Throws `.unavailable` when too many turns wait already or this one
    /// waited too long, `.cancelled` when the task is cancelled, and what loading a decoder failed with.
    func take() async throws(ProviderError) -> PocketSphinxHandle {
        enum Way { case has(PocketSphinxHandle), makes, waits(Int), full }
        let way = state.withLock { state -> Way in
            if let handle = state.idle.popLast() { return .has(handle) }
            if state.made < size {
                state.made += 1
                return .makes
            }
            guard state.waiters.count < waitingTurns else { return .full }
            state.nextID += 1
            state.arriving[state.nextID] = .some(nil)
            return .waits(state.nextID)
        }
        switch way {
        case .has(let handle): return handle
        case .makes: return try await makeOne()
        case .full: throw Self.busy("too many turns are waiting for it")
        case .waits(let id):
            switch await wait(id) {
            case .decoder(let handle): return handle
            case .permit: return try await makeOne()
            case .refused(let error): throw error
            }
        }
    }

    /// Takes a decoder back, for the turn that waited longest.
    func giveBack(_ handle: PocketSphinxHandle) {
        let waiter = state.withLock { state -> Waiter? in
            guard state.waiters.isEmpty else { return state.waiters.removeFirst() }
            state.idle.append(handle)
            return nil
        }
        waiter?.continuation.resume(returning: .decoder(handle))
    }

    /// Says that a decoder failed and is gone.
    func throwAway() {
        let waiter = state.withLock { state -> Waiter? in
            guard state.waiters.isEmpty else { return state.waiters.removeFirst() }
            state.made -= 1
            return nil
        }
        waiter?.continuation.resume(returning: .permit)
    }

    private func makeOne() async throws(ProviderError) -> PocketSphinxHandle {
        do throws(ProviderError) {
            return try await make()
        } catch {
            throwAway()
            throw error
        }
    }

    // MARK: Waiting

    private func wait(_ id: Int) async -> Grant {
        // Cancelled, and so ended, when the scope is left.
        async let _ = refuse(id, after: patience)
        let grant = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let refusal = state.withLock { state -> Grant? in
                    // A decoder may have come back since the turn was told to wait, and its wait may have ended.
                    if let grant = state.arriving.removeValue(forKey: id) ?? nil { return grant }
                    if let handle = state.idle.popLast() { return .decoder(handle) }
                    state.waiters.append(Waiter(id: id, continuation: continuation))
                    return nil
                }
                if let refusal { continuation.resume(returning: refusal) }
            }
        } onCancel: {
            refuse(id, with: Self.cancelled)
        }
        return grant
    }

    private func refuse(_ id: Int, after patience: Duration) async {
        do { try await sleep(patience) } catch { return }
        refuse(id, with: Self.busy("none became free in time"))
    }

    private func refuse(_ id: Int, with error: ProviderError) {
        let waiter = state.withLock { state -> Waiter? in
            if state.arriving[id] != nil { state.arriving[id] = .some(.refused(error)) }
            return state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
        }
        waiter?.continuation.resume(returning: .refused(error))
    }

    private static func busy(_ reason: String) -> ProviderError {
        ProviderError(
            .speechToText, provider: "pocketsphinx", .unavailable,
            "All speech recognisers of this worker are busy and \(reason); please repeat.")
    }

    static let cancelled = ProviderError(
        .speechToText, provider: "pocketsphinx", .cancelled, "The transcription was cancelled.")
}
