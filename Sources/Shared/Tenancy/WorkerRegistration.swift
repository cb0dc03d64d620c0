package import Core

/// What a worker says about itself when it joins.
package struct WorkerRegistration: Sendable, Hashable {
    /// Fresh for every start of the process.
    package let id: WorkerID
    /// `host:port` by which the edge reaches it.
    package var address: String
    /// Base URL for direct connections (`wss://…`), if it is publicly reachable.
    package var publicURL: String?
    /// Sessions it can serve at once.
    package var capacity: Int

    /// A registration with these values.
    package init(id: WorkerID, address: String, publicURL: String? = nil, capacity: Int) {
        self.id = id
        self.address = address
        self.publicURL = publicURL
        self.capacity = capacity
    }
}

/// What the registry knows about one worker.
package struct WorkerStatus: Sendable, Hashable {
    /// Whether new sessions may be placed on it.
    package enum State: String, Sendable, Hashable, CaseIterable {
        /// Takes sessions.
        case ready
        /// Serves the ones it has, takes no more.
        case draining
    }

    /// What it said about itself.
    package let registration: WorkerRegistration
    /// Whether new sessions may be placed on it.
    package var state: State
    /// Slots in use or reserved when this was read.
    package var used: Int
    /// Time since its last heartbeat when this was read.
    package var silence: Duration

    /// A status with these values.
    package init(registration: WorkerRegistration, state: State, used: Int, silence: Duration) {
        self.registration = registration
        self.state = state
        self.used = used
        self.silence = silence
    }

    /// The free share of its capacity, 0...1.
    package var freeRatio: Double {
        registration.capacity > 0 ? max(0, Double(registration.capacity - used) / Double(registration.capacity)) : 0
    }
}
