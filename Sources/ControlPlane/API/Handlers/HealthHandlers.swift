import Core
import HTTPServer
import Lifecycle

/// `GET /livez` and `GET /readyz` of the ops listener.
struct HealthHandlers: Sendable {
    let readiness: Readiness
    /// Whether the store answered last time.
    let isStoreReachable: @Sendable () async -> Bool

    /// This process runs its handlers; says nothing about others.
    static let live: HTTPHandler.Throwing = { _, _ in .text(.ok, "ok\n") }

    /// Whether this process wants requests.
    ///
    /// A store that is away does not make it unready: it answers what it can, and the other replicas would be no better
    /// off.
    var ready: HTTPHandler.Throwing {
        { _, _ in
            let state = readiness.state
            let store = await isStoreReachable() ? "reachable" : "unreachable"
            return .json(readiness.isReady ? .ok : .serviceUnavailable) { json in
                json.object { json in
                    json.key("status")
                    json.string(state.name)
                    json.key("store")
                    json.string(store)
                }
            }
        }
    }
}
