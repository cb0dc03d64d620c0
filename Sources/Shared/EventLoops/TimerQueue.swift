package import Core

/// Deadlines of one loop, earliest first; timers with the same deadline come out in the order they went in.
///
/// DESIGN: a binary heap of (deadline, token) beside a table of what to run. Cancelling takes the entry out of the table,
/// which is O(1), and leaves a husk in the heap that is skipped when it comes up. Most timers of a voice session are
/// deadlines that never pass, so husks would pile up: when they outnumber the living, the heap is rebuilt from the
/// living ones, which keeps memory proportional to what is pending and costs O(1) per cancel on average.
package struct TimerQueue {
    private struct Entry {
        var deadline: MonotonicInstant
        var number: UInt64
        static func < (a: Self, b: Self) -> Bool { (a.deadline, a.number) < (b.deadline, b.number) }
    }

    private var heap: [Entry] = []
    private var pending: [UInt64: @Sendable () -> Void] = [:]
    private var lastNumber: UInt64 = 0
    /// Below this many entries, rebuilding would cost more than the husks.
    private static let smallestHeapToRebuild = 64

    /// An empty queue.
    package init() {}

    /// Timers that will still fire.
    package var count: Int { pending.count }

    /// Entries held, cancelled ones included; bounded by twice `count` plus a constant.
    package var heldEntries: Int { heap.count }

    /// Adds a timer.
    package mutating func insert(at deadline: MonotonicInstant, _ work: @escaping @Sendable () -> Void) -> TimerToken {
        lastNumber += 1
        pending[lastNumber] = work
        heap.append(Entry(deadline: deadline, number: lastNumber))
        siftUp(from: heap.count - 1)
        return TimerToken(rawValue: lastNumber)
    }

    /// Takes a timer back; does nothing if it has fired or was cancelled before.
    package mutating func cancel(_ token: TimerToken) {
        guard pending.removeValue(forKey: token.rawValue) != nil else { return }
        guard heap.count > Self.smallestHeapToRebuild, heap.count > 2 * pending.count else { return }
        heap.removeAll { pending[$0.number] == nil }
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(from: index) }
    }

    /// When the next timer is due; nil when there is none.
    package mutating func nextDeadline() -> MonotonicInstant? {
        while let first = heap.first {
            if pending[first.number] != nil { return first.deadline }
            removeFirst()
        }
        return nil
    }

    /// Takes out the next timer that is due at `now`.
    package mutating func popDue(at now: MonotonicInstant) -> (@Sendable () -> Void)? {
        while let first = heap.first, first.deadline <= now {
            removeFirst()
            if let work = pending.removeValue(forKey: first.number) { return work }
        }
        return nil
    }

    private mutating func removeFirst() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        siftDown(from: 0)
    }

    private mutating func siftUp(from start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard heap[index] < heap[parent] else { return }
            heap.swapAt(index, parent)
            index = parent
        }
    }

    private mutating func siftDown(from start: Int) {
        var index = start
        while true {
            let left = 2 * index + 1
            guard left < heap.count else { return }
            let right = left + 1
            let child = right < heap.count && heap[right] < heap[left] ? right : left
            guard heap[child] < heap[index] else { return }
            heap.swapAt(index, child)
            index = child
        }
    }
}
