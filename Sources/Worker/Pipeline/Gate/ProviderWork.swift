import Core
import EventLoops
import Synchronization

/// One piece of work of a session, such as a response: each call of a provider that it makes asks here first.
///
/// DESIGN. New work for which there is no room is refused at once, so that nothing queues. What has begun waits a moment
/// for room instead, within its stage's time: a long answer is many calls of the voice, and none of them may be missing.
package final class ProviderWork: Sendable {
    private let kind: WorkKind
    private let session: SessionWork
    private let isUnderWay: Mutex<Bool>

    /// The work that the present call of a provider belongs to; nil where none is counted.
    @TaskLocal package static var current: ProviderWork?

    /// The least wait for room that others must make.
    private static let pause = Duration.milliseconds(20)

    init(_ kind: WorkKind, of session: SessionWork, isUnderWay: Bool) {
        self.kind = kind
        self.session = session
        self.isUnderWay = Mutex(isUnderWay)
    }

    /// The session's loop.
    var loop: any EventLoop { session.loop }

    /// Lets one call begin at once, and `run` must follow; false, and told to the session, when there is no room.
    func enter() -> Bool {
        guard let refusal = tryToEnter() else { return true }
        session.refused(kind, refusal.bound)
        return false
    }

    /// Lets one call begin, for which work that has begun waits at most `patience`; `run` must follow.
    func enter(_ stage: ProviderError.Stage, within patience: Duration) async throws(ProviderError) {
        let deadline = loop.now + patience
        while let refusal = tryToEnter() {
            let pause = max(refusal.wait, Self.pause)
            guard isUnderWay.withLock({ $0 }), loop.now + pause <= deadline else {
                session.refused(kind, refusal.bound)
                throw ProviderError(stage, provider: "engine", .budgetExceeded, refusal.bound.message)
            }
            do { try await loop.sleep(for: pause) } catch {
                throw ProviderError(stage, provider: "engine", .cancelled, "The work was cancelled.")
            }
        }
    }

    /// Runs a call that was let in, and gives its place back.
    func run<Outcome>(
        _ call: () async throws(ProviderError) -> Outcome
    ) async throws(ProviderError) -> Outcome {
        defer { session.leave() }
        let result: Result<Outcome, ProviderError> = await Self.$current.withValue(self) {
            do throws(ProviderError) { return .success(try await call()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// Counts one more request of a call that is under way, such as one that is spelled anew; false when the session has had its
    /// calls for now.
    package func askAgain() -> Bool {
        guard !session.spend() else { return true }
        session.refused(kind, .sessionRate)
        return false
    }

    private func tryToEnter() -> (bound: WorkBound, wait: Duration)? {
        let refusal = session.enter(reserve: kind.isBackground ? session.reserve : 0)
        if refusal == nil { isUnderWay.withLock { $0 = true } }
        return refusal
    }
}
