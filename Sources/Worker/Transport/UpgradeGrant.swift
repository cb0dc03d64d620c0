import Synchronization

/// What was reserved for one websocket, until its handler takes it over.
///
/// DESIGN: the one owner of a reservation between the decision and the websocket. Whatever happens on the way, be it a client
/// that leaves, a decision that comes too late or a socket that the library refuses, the grant goes without having been
/// taken and `abandoned` gives back what was reserved. May go on any thread.
package final class UpgradeGrant: Sendable {
    private let makeHandler: @Sendable (WebSocketConnection) -> any WebSocketHandler
    private let abandoned: @Sendable () -> Void
    private let isTaken = Atomic<Bool>(false)

    /// - Parameters:
    ///   - abandoned: called at most once, on any thread, if no handler was made.
    ///   - makeHandler: called on the loop once the socket is established; it may send already.
    package init(
        abandoned: @escaping @Sendable () -> Void = {},
        makeHandler: @escaping @Sendable (WebSocketConnection) -> any WebSocketHandler
    ) {
        self.makeHandler = makeHandler
        self.abandoned = abandoned
    }

    deinit {
        if !isTaken.load(ordering: .acquiring) { abandoned() }
    }

    /// The handler of the websocket that came of it; what was reserved is the handler's from here on.
    func take(_ connection: WebSocketConnection) -> any WebSocketHandler {
        isTaken.store(true, ordering: .releasing)
        return makeHandler(connection)
    }
}

extension UpgradeDecision {
    /// A websocket for which nothing was reserved.
    package static func upgrade(
        makeHandler: @escaping @Sendable (WebSocketConnection) -> any WebSocketHandler
    ) -> UpgradeDecision { .upgrade(UpgradeGrant(makeHandler: makeHandler)) }
}
