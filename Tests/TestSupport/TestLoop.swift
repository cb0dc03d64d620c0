package import EventLoops

/// The event loop that integration tests of one process share; it runs until the process ends.
package enum TestLoop {
    /// Started on first use.
    package static let shared: EpollEventLoop = {
        let loop = EpollEventLoop(name: "tests")
        loop.start()
        return loop
    }()
}
