/// Every number and name the tenancy services depend on, with the defaults of the design.
package struct TenancyConfiguration: Sendable {
    /// What a worker does with new connections while the store is away.
    package enum StoreFailurePolicy: String, Sendable, Hashable, CaseIterable {
        /// Refuses them with `store_unavailable`.
        case deny
        /// Admits known tenants up to their limit divided by the live workers.
        case local
    }

    /// `iss` of ephemeral keys: the deployment's own name, the same on every replica.
    package var issuer = "antiphon"
    /// `aud` of ephemeral keys: the cluster they are good for.
    package var audience = "antiphon-realtime"
    /// The worker pool sessions are placed in.
    package var pool = "default"
    /// How long a reservation waits for its client.
    package var reservation = Duration.seconds(15)
    /// How long a lease lasts without renewal.
    package var lease = Duration.seconds(30)
    /// How long sessions are kept going while the store is away.
    package var storeFailureGrace = Duration.seconds(15 * 60)
    /// How long after a store restart leases that vanished are put back without a limit test.
    package var adoptionWindow = Duration.seconds(60)
    /// A worker silent for longer gets no sessions.
    package var heartbeatMaximum = Duration.seconds(6)
    /// Age at which the cached list of workers is read again.
    package var workerListAge = Duration.seconds(2)
    /// Workers offered to one reservation script, and how many times a full answer is retried with others.
    package var candidates = 3
    /// How many times a full answer is retried with other workers.
    package var reservationRounds = 3
    /// Age at which a cached API key is checked again.
    package var keyCacheAge = Duration.seconds(5)
    /// Age up to which it still counts while the store is away.
    package var staleKeyCacheAge = Duration.seconds(600)
    /// What a worker does with new connections while the store is away.
    package var onStoreFailure = StoreFailurePolicy.local

    /// The defaults.
    package init() {}
}
