extension RedisConnection {
    /// Whether there is a connection, and what to do when that changes.
    ///
    /// Pure: time and chance are arguments.
    struct StateMachine: ~Copyable {
        private enum State {
            /// Next: connecting, closed.
            case idle
            /// Next: greeting, pausing, closed.
            case connecting
            /// Connected; the server has not said yet who it is. Next: active, pausing, closed.
            case greeting
            /// Next: pausing, closed.
            case active
            /// Next: connecting, closed.
            case pausing
            /// The end.
            case closed
        }

        /// What the connection must do now.
        enum Action: Equatable {
            case none
            case connect
            case greet
            case announceReady
            /// Drop the socket if there is one, fail what is in flight, come back after the pause.
            case disconnectAndPause(Duration)
            case disconnect
        }

        private var state = State.idle
        private let policy: ReconnectPolicy
        private let timeoutLimit: Int
        private let silenceLimit: Duration
        /// Attempts since the connection was last ready.
        private(set) var attempts = 0
        private var timeoutsInARow = 0

        init(policy: ReconnectPolicy, timeoutLimit: Int, silenceLimit: Duration) {
            self.policy = policy
            (self.timeoutLimit, self.silenceLimit) = (timeoutLimit, silenceLimit)
        }

        var isActive: Bool { if case .active = state { true } else { false } }
        var isConnecting: Bool { if case .connecting = state { true } else { false } }
        var isClosed: Bool { if case .closed = state { true } else { false } }

        mutating func start() -> Action {
            guard case .idle = state else { return .none }
            return connectNow()
        }

        mutating func pauseElapsed() -> Action {
            guard case .pausing = state else { return .none }
            return connectNow()
        }

        mutating func socketConnected() -> Action {
            guard case .connecting = state else { return .none }
            state = .greeting
            return .greet
        }

        mutating func greeted() -> Action {
            guard case .greeting = state else { return .none }
            state = .active
            (attempts, timeoutsInARow) = (0, 0)
            return .announceReady
        }

        /// The socket failed or closed, connecting or greeting took too long, or the greeting was refused.
        mutating func failed(random: Double) -> Action {
            switch state {
            case .connecting, .greeting, .active:
                state = .pausing
                return .disconnectAndPause(policy.pause(before: max(attempts, 1), random: random))
            case .idle, .pausing, .closed: return .none
            }
        }

        mutating func answered() { timeoutsInARow = 0 }

        /// A command missed its deadline.
        ///
        /// Many in a row over some time mean that the server or the way to it hangs; one short stall with many commands
        /// in flight does not.
        mutating func missedDeadline(silence: Duration, random: Double) -> Action {
            guard case .active = state else { return .none }
            timeoutsInARow += 1
            guard timeoutsInARow >= timeoutLimit, silence >= silenceLimit else { return .none }
            return failed(random: random)
        }

        mutating func close() -> Action {
            if case .closed = state { return .none }
            state = .closed
            return .disconnect
        }

        private mutating func connectNow() -> Action {
            state = .connecting
            attempts += 1
            return .connect
        }
    }
}
