package import Budgets
import Core
package import EventLoops
package import RealtimeProtocol

/// What all sessions of a worker share when they take up input: a turn of the loop, and the thread for large frames.
///
/// `@unchecked Sendable` because what changes is used on the loop's thread only.
package final class SharedIntake: @unchecked Sendable {
    /// Reads a large frame elsewhere; nil where it could not be tried.
    package typealias FrameReading = @Sendable (ClientFrameReader, [UInt8]) async -> ClientFrameReader.Frame?

    /// How large frames are read; nil: on the loop, as all others.
    let readLargeFrame: FrameReading?
    private let budgets: WorkerBudgets
    private var share = TurnShare()

    /// Input for the sessions of one loop.
    package init(readLargeFrame: FrameReading? = nil, budgets: WorkerBudgets = WorkerBudgets()) {
        self.readLargeFrame = readLargeFrame
        self.budgets = budgets
    }

    /// Input for the sessions of one loop, whose large frames are read on `pool`.
    package convenience init(pool: BlockingPool) {
        self.init(readLargeFrame: { reader, frame in 
            // A session that has ended wants nothing of it any more.
            try? await pool.run { Task.isCancelled ? nil : reader.read(frame) }
        })
    }

    /// Counts one more piece that is taken up as it comes; false when this turn of the loop has had enough.
    func mayTake(turn: UInt64, now: MonotonicInstant) -> Bool {
        share.mayTake(budgets.piecesPerTurn, budgets.timePerTurn, turn: turn, now: now)
    }
}
