import CLinux
import Core

/// The kernel objects of one loop: epoll, eventfd and timerfd.
///
/// Owns and closes them.
///
/// `wake()` may be called from any thread; everything else only on the loop's. Beside constant descriptor numbers it holds
/// only buffers of the loop's thread, hence `@unchecked Sendable`; epoll's event is "unsafe" only for the pointer that
/// shares a union with the number that we store, hence `@safe`.
@safe
final class LoopDescriptors: @unchecked Sendable {
    /// What became ready.
    struct Event {
        enum Source {
            case wakeUp, timer
            case watch(WatchTable.Key)
        }
        var source: Source
        var events: FileDescriptorEvents
    }

    let epoll: Int32
    private let wakeUp: Int32
    private let timer: Int32
    private var buffer: [epoll_event]
    private var ready: [Event] = []
    /// Most events taken from the kernel at once; what is beyond waits for the next turn.
    private static let eventsPerTurn = 256

    /// Makes the three.
    ///
    /// A process that has no descriptor left at start-up cannot go on, so that stops it.
    init() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        timer = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
        precondition(epoll >= 0 && wakeUp >= 0 && timer >= 0, "No file descriptor left for an event loop")
        unsafe buffer = Array(repeating: epoll_event(), count: Self.eventsPerTurn)
        for own in [wakeUp, timer] {
            control(EPOLL_CTL_ADD, WatchTable.Key(descriptor: own, serial: 0), for: .read)
        }
    }

    deinit {
        for descriptor in [epoll, wakeUp, timer] { _ = close(descriptor) }
    }

    /// Ends the loop's blocking, now or the next time it tries.
    func wake() {
        var one: UInt64 = 1
        _ = unsafe write(wakeUp, &one, 8)
    }

    func drainWakeUp() { drain(wakeUp) }
    func drainTimer() { drain(timer) }

    /// Makes the timer end the blocking at `deadline`; nil: never.
    func arm(_ deadline: MonotonicInstant?) {
        var setting = itimerspec()
        if let deadline {
            // Zero would disarm; a deadline in the past fires at once.
            let nanoseconds = max(deadline.nanoseconds, 1)
            setting.it_value.tv_sec = Int(nanoseconds / 1_000_000_000)
            setting.it_value.tv_nsec = Int(nanoseconds % 1_000_000_000)
        }
        let status = unsafe timerfd_settime(timer, Int32(TFD_TIMER_ABSTIME), &setting, nil)
        precondition(status == 0, "timerfd_settime failed")
    }

    func watch(_ key: WatchTable.Key, for interest: FileDescriptorEvents, isReplacement: Bool) {
        if isReplacement, control(EPOLL_CTL_MOD, key, for: interest) { return }
        // Also the way after a failed modification: the owner closed the descriptor before telling us, and the number is new.
        let isWatched = control(EPOLL_CTL_ADD, key, for: interest)
        precondition(isWatched, "Only an open socket, pipe or similar can be watched")
    }

    func unwatch(_ descriptor: Int32) {
        // Fails only if the owner closed the descriptor first, and then the kernel has forgotten it already.
        _ = epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
    }

    /// What is ready, waiting for something to be if `blocking`.
    ///
    /// Valid until the next call.
    func wait(blocking: Bool) -> [Event] {
        let count = unsafe epoll_wait(epoll, &buffer, Int32(buffer.count), blocking ? -1 : 0)
        ready.removeAll(keepingCapacity: true)
        // A negative count is an interrupted wait: nothing ready.
        for index in 0..<max(Int(count), 0) { unsafe ready.append(event(buffer[index])) }
        return ready
    }

    private func event(_ raw: epoll_event) -> Event {
        let packed = unsafe raw.data.u64
        let key = WatchTable.Key(
            descriptor: Int32(truncatingIfNeeded: packed), serial: UInt32(truncatingIfNeeded: packed >> 32))
        var events: FileDescriptorEvents = []
        if unsafe raw.events & EPOLLIN.rawValue != 0 { events.insert(.read) }
        if unsafe raw.events & EPOLLOUT.rawValue != 0 { events.insert(.write) }
        if unsafe raw.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { events.insert(.failure) }
        if key.descriptor == wakeUp { return Event(source: .wakeUp, events: events) }
        if key.descriptor == timer { return Event(source: .timer, events: events) }
        return Event(source: .watch(key), events: events)
    }

    @discardableResult
    private func control(_ operation: Int32, _ key: WatchTable.Key, for interest: FileDescriptorEvents) -> Bool {
        var event = unsafe epoll_event()
        if interest.contains(.read) { unsafe event.events |= EPOLLIN.rawValue }
        if interest.contains(.write) { unsafe event.events |= EPOLLOUT.rawValue }
        unsafe event.data.u64 = UInt64(UInt32(bitPattern: key.descriptor)) | UInt64(key.serial) << 32
        return unsafe epoll_ctl(epoll, operation, key.descriptor, &event) == 0
    }

    private func drain(_ descriptor: Int32) {
        var value: UInt64 = 0
        _ = unsafe read(descriptor, &value, 8)
    }
}

extension MonotonicInstant {
    /// The kernel's CLOCK_MONOTONIC.
    static var monotonicClock: MonotonicInstant {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicInstant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
