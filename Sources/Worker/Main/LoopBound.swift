import EventLoops
import Synchronization

/// A value that is only ever touched on one loop; touching it elsewhere stops the process, since that is our own bug.
final class LoopBound<Value>: @unchecked Sendable {
    // Sound because every access is checked to be on the loop, which runs one job at a time.
    private var value: Value
    private let loop: any EventLoop

    init(_ value: sending Value, loop: any EventLoop) {
        self.value = value
        self.loop = loop
    }

    func withValue<Result>(_ body: (inout Value) -> Result) -> Result {
        precondition(loop.isCurrent, "a value bound to a loop was touched elsewhere")
        return body(&value)
    }
}
