import Dispatch

/// Runs what blocks on a thread of Dispatch: Swift's own pool has one thread per core, and tests share it.
package func offThePool<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(with: Result(catching: body)) }
    }
}
