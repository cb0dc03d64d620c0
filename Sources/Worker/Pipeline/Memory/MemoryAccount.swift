import Synchronization

/// What one session holds of its worker's memory; all of it is given back at the latest when the account goes.
package final class MemoryAccount: Sendable {
    private let ledger: MemoryLedger
    /// Bytes held; nil when it is closed.
    private let bytes = Mutex<Int?>(0)

    init(_ ledger: MemoryLedger) { self.ledger = ledger }

    deinit { close() }

    /// How much the session may hold now.
    package var allowance: Int { ledger.allowance }

    /// Records the bytes that the session holds.
    package func hold(_ count: Int) {
        bytes.withLock { bytes in
            guard let old = bytes, old != count else { return }
            ledger.change(from: old, to: count)
            bytes = count
        }
    }

    /// The session is over: all that it held is given back.
    package func close() {
        bytes.withLock { bytes in
            guard let old = bytes else { return }
            ledger.change(from: old, to: 0)
            ledger.close()
            bytes = nil
        }
    }
}
