/// Lets a library that insists on its own waiting call share a loop's thread.
///
/// A loop without a driver blocks in `epoll_wait`. With one, the loop calls `wait` instead, and looks at its epoll
/// descriptor afterwards without blocking. Thus one thread serves the library's sockets and the loop's alike.
package protocol EventLoopDriver: AnyObject, Sendable {
    /// Blocks until the loop's epoll descriptor is readable, or until the library had something to do and did it.
    /// Called on the loop's thread each time all work is done. May return early, must not return late.
    func wait()
}
