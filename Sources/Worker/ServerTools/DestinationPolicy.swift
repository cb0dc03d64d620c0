package import HTTPClient
package import RealtimeProtocol

/// Where tools may be called: at the public internet over https, and wherever the operator says.
///
/// A tenant chooses the addresses, and a request from here can reach what the tenant cannot: this host, the operator's network, a
/// cloud's metadata service. So the address that is connected to is looked at, after the name was resolved, each time.
package struct DestinationPolicy: Sendable {
    /// Ports that may be called at public addresses.
    private let ports: Set<Int>
    private let listed: [ListedDestination]

    /// The ports of https where the operator says nothing.
    package static let standardPorts = [443, 8443]

    /// Calls to public addresses at `ports`, and to `listed`, private or not, encrypted or not.
    package init(ports: [Int] = Self.standardPorts, listed: [ListedDestination] = []) {
        self.ports = Set(ports)
        self.listed = listed
    }

    /// Whether a request for `url` may connect to `address`.
    package func admits(_ address: NetworkAddress, port: Int, for url: ServerToolURL) -> Bool {
        if listed.contains(where: { $0.admits(address, port: port, for: url, ports: ports) }) { return true }
        return url.isSecure && ports.contains(port) && address.isPublic
    }
}
