/// Work that waits for a later turn of a loop: first in, first out.
package struct LaterWork {
    private var waiting: [@Sendable () -> Void] = []
    private var head = 0

    /// Nothing waits.
    package init() {}

    /// Whether nothing waits.
    package var isEmpty: Bool { head == waiting.count }

    /// Adds work behind what waits.
    package mutating func append(_ work: @escaping @Sendable () -> Void) { waiting.append(work) }

    /// The work that has waited longest.
    package mutating func popFirst() -> (@Sendable () -> Void)? {
        guard head < waiting.count else { return nil }
        let work = waiting[head]
        head += 1
        if head * 2 > waiting.count {
            waiting.removeFirst(head)
            head = 0
        }
        return work
    }
}
