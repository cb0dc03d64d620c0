import Dispatch
import Glibc

/// A TCP client that sends exactly the bytes it is told to; blocking, so used inside `offPool` only.
package final class RawClient {
    private let descriptor: Int32

    /// Connects to a port of this machine.
    package init(port: UInt16) {
        let (made, connected) = Self.connect(port)
        descriptor = made
        precondition(connected, "cannot connect to port \(port)")
    }

    /// Whether anybody accepts connections there.
    package static func isListening(_ port: UInt16) -> Bool {
        let (made, connected) = connect(port)
        close(made)
        return connected
    }

    private static func connect(_ port: UInt16) -> (Int32, Bool) {
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(made, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return (made, result == 0)
    }

    deinit { close(descriptor) }

    /// Sends the text; false if the other side is gone.
    @discardableResult
    package func send(_ text: String) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let sent = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return false }
            bytes = bytes.dropFirst(sent)
        }
        return true
    }

    /// What arrives until `text` has been seen, the other side closes, or `seconds` pass without a byte.
    package func read(until text: String? = nil, seconds: Int = 5) -> String {
        var wait = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { break }
            received += chunk[..<count]
            if let text, String(decoding: received, as: UTF8.self).contains(text) { break }
        }
        return String(decoding: received, as: UTF8.self)
    }

    /// Sends one request and reads until the server closes.
    package static func exchange(_ port: UInt16, _ text: String) -> String {
        let client = RawClient(port: port)
        client.send(text)
        return client.read()
    }
}

/// Runs blocking work on a thread of its own, so that the handlers keep the cooperative pool.
package func offPool<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        DispatchQueue(label: "blocking client").async { continuation.resume(returning: work()) }
    }
}
