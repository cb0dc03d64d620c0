import CLinux

/// One operating-system thread with a name that `top -H` and a debugger show; joined by its owner.
final class NamedThread: Sendable {
    private let handle: pthread_t

    /// Starts a thread that runs `body` and ends.
    ///
    /// Names longer than 15 bytes are cut (Linux's limit). Running out of threads at start-up cannot be worked around,
    /// so it stops the process.
    init(name: String, _ body: @escaping @Sendable () -> Void) {
        let box = unsafe Unmanaged.passRetained(
            Start(name: String(decoding: name.utf8.prefix(15), as: UTF8.self), body: body))
        var handle = pthread_t()
        let status = unsafe pthread_create(
            &handle, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                _ = unsafe pthread_setname_np(pthread_self(), start.name)
                start.body()
                return nil
            }, unsafe box.toOpaque())
        precondition(status == 0, "pthread_create failed")
        self.handle = handle
    }

    /// Waits until the thread has ended.
    ///
    /// Must be called once, and not on the thread itself.
    func join() {
        _ = pthread_join(handle, nil)
    }

    /// What the new thread is given.
    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void
        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}
