/// Counts sockets by what they were granted, and per address.
///
/// DESIGN: whoever was not granted anything holds nothing that a granted socket needs: the three kinds of places are
/// separate. Used on the loop only.
struct ConnectionLimiter {
    /// What a socket takes up.
    enum Place: Int, CaseIterable {
        /// A request that is read, decided about or answered.
        case handshake
        /// A websocket that is told why it is refused.
        case refusal
        /// A websocket with a session.
        case granted
    }

    private let maxima: [Int]
    private let maximumPerAddress: Int
    private var taken = [Int](repeating: 0, count: Place.allCases.count)
    private var counts: [String: Int] = [:]

    init(_ configuration: WebSocketServerConfiguration) {
        maxima = [configuration.maximumHandshakes, configuration.maximumRefusals, configuration.maximumConnections]
        maximumPerAddress = configuration.maximumConnectionsPerAddress
    }

    /// Whether a kind of place is used up.
    func isFull(_ place: Place) -> Bool { taken[place.rawValue] >= maxima[place.rawValue] }

    /// Takes the place of a handshake; false when no place is free.
    mutating func begin(_ address: String) -> Bool {
        let current = counts[address, default: 0]
        guard !isFull(.handshake), current < maximumPerAddress else { return false }
        taken[Place.handshake.rawValue] += 1
        counts[address] = current + 1
        return true
    }

    /// Exchanges the place of a handshake for another; false, and nothing changed, when no place is free.
    mutating func promote(to place: Place) -> Bool {
        guard !isFull(place) else { return false }
        taken[Place.handshake.rawValue] -= 1
        taken[place.rawValue] += 1
        return true
    }

    /// Gives a place back.
    mutating func release(_ place: Place, of address: String) {
        guard let current = counts[address] else { return }
        taken[place.rawValue] -= 1
        counts[address] = current > 1 ? current - 1 : nil
    }
}
