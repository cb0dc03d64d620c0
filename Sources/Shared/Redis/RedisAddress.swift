package import Core

/// Where the server is and who we are to it.
///
/// Forms: `redis://[user][:password]@host[:port][/database]`, `unix:///path[?db=database]`, or a plain absolute path.
package struct RedisAddress: Sendable, Hashable, CustomStringConvertible {
    /// How to reach it.
    package enum Endpoint: Sendable, Hashable {
        case tcp(host: String, port: Int)
        case unix(path: String)
    }

    /// Port of `redis://` when none is given.
    package static let defaultPort = 6379
    /// Most bytes of a socket path (unix(7), less its final zero).
    static let longestSocketPath = 107

    /// How the server is reached.
    package let endpoint: Endpoint
    /// ACL user; nil for the default one.
    package let username: String?
    /// What AUTH sends; nil if the server asks for nothing.
    package let password: Secret?
    /// What SELECT chooses; 0 needs no SELECT.
    package let database: Int

    /// The address written in `text`; throws `invalid_address` with the reason.
    package init(_ text: String) throws(RedisError) {
        if text.hasPrefix("/") {
            try self.init(socketPath: text, database: 0)
        } else if let rest = text.removing(prefix: "unix://") ?? text.removing(prefix: "unix:") {
            let parts = rest.split(separator: "?", maxSplits: 1).map(String.init)
            let database = parts.count == 2 ? parts[1].removing(prefix: "db=").flatMap { Int($0) } : 0
            guard let path = parts.first, let database else { throw Self.invalid("the form is unix:///path?db=0") }
            try self.init(socketPath: path, database: database)
        } else if let rest = text.removing(prefix: "redis://") {
            try self.init(authorityAndPath: rest)
        } else if text.hasPrefix("rediss://") {
            throw Self.invalid("TLS to Redis is not supported; use a local socket or a tunnel")
        } else {
            throw Self.invalid("the form is redis://[user:password@]host[:port][/database]")
        }
    }

    private init(socketPath: String, database: Int) throws(RedisError) {
        guard socketPath.hasPrefix("/"), socketPath.utf8.count <= Self.longestSocketPath else {
            throw Self.invalid("a socket path is absolute and at most \(Self.longestSocketPath) bytes long")
        }
        try self.init(endpoint: .unix(path: socketPath), username: nil, password: nil, database: database)
    }

    private init(authorityAndPath rest: String) throws(RedisError) {
        let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let databaseText = parts.count == 2 ? parts[1] : ""
        guard let database = databaseText.isEmpty ? 0 : Int(databaseText) else {
            throw Self.invalid("the database is a number")
        }
        var (user, password): (String?, Secret?)
        var hostAndPort = parts[0][...]
        if let at = hostAndPort.lastIndex(of: "@") {
            let credentials = hostAndPort[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            hostAndPort = hostAndPort[hostAndPort.index(after: at)...]
            let decoded = credentials.map { Self.percentDecoded($0) }
            guard let first = decoded.first ?? "", decoded.count < 2 || decoded[1] != nil else {
                throw Self.invalid("user or password is not percent-encoded text")
            }
            user = first.isEmpty ? nil : first
            password = decoded.count == 2 ? decoded[1].map(Secret.init) : nil
        }
        let (host, port) = try Self.split(hostAndPort: hostAndPort)
        try self.init(endpoint: .tcp(host: host, port: port), username: user, password: password, database: database)
    }

    private init(endpoint: Endpoint, username: String?, password: Secret?, database: Int) throws(RedisError) {
        guard database >= 0 else { throw Self.invalid("the database is not negative") }
        (self.endpoint, self.username, self.password, self.database) = (endpoint, username, password, database)
    }

    /// The address without its credentials, for logs.
    package var description: String {
        switch endpoint {
        case .tcp(let host, let port): "redis://\(host):\(port)/\(database)"
        case .unix(let path): "unix://\(path)?db=\(database)"
        }
    }

    private static func split(hostAndPort text: Substring) throws(RedisError) -> (String, Int) {
        var (host, portText) = (text, Substring())
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<end]
            portText = text[text.index(after: end)...]
        } else if let colon = text.lastIndex(of: ":") {
            host = text[..<colon]
            portText = text[colon...]
        }
        guard !host.isEmpty else { throw invalid("the host is missing") }
        if portText.isEmpty { return (String(host), defaultPort) }
        guard portText.hasPrefix(":"), let port = Int(portText.dropFirst()), (1...65535).contains(port) else {
            throw invalid("the port is a number from 1 to 65535")
        }
        return (String(host), port)
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func invalid(_ reason: String) -> RedisError { RedisError(.invalidAddress, reason) }
}

extension String {
    fileprivate func removing(prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
