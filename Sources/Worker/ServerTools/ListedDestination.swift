import HTTPClient
import RealtimeProtocol

/// A destination that an operator allows: `address[/length]`, or `host`, each with `:port` or without.
///
/// Without a port, those of the policy count. An IPv6 address with a port stands in brackets.
package struct ListedDestination: Sendable, Equatable {
    private enum Place: Equatable {
        case block(NetworkBlock)
        /// In lower case.
        case host(String)
    }
    private let place: Place
    private let port: Int?

    /// nil: not of this form.
    package init?(_ text: String) {
        if let block = NetworkBlock(text) {
            (place, port) = (.block(block), nil)
            return
        }
        let separator = text.lastIndex(of: ":")
        let name = separator.map { text[..<$0] } ?? text[...]
        if let separator {
            guard let number = Self.port(text[text.index(after: separator)...]) else { return nil }
            port = number
        } else {
            port = nil
        }
        let isBracketed = name.first == "[" && name.last == "]"
        if let block = NetworkBlock(String(isBracketed ? name.dropFirst().dropLast() : name)) {
            place = .block(block)
        } else {
            // What the scheme of a URL accepts as host name.
            guard let url = ServerToolURL("https://\(name)"), url.host == name.lowercased() else { return nil }
            place = .host(url.host)
        }
    }

    func admits(_ address: NetworkAddress, port wanted: Int, for url: ServerToolURL, ports: Set<Int>) -> Bool {
        guard port.map({ $0 == wanted }) ?? ports.contains(wanted) else { return false }
        return switch place {
        case .block(let block): block.contains(address)
        case .host(let name): name == url.host
        }
    }

    private static func port(_ text: Substring) -> Int? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text).flatMap { (1...65535).contains($0) ? $0 : nil }
    }
}
