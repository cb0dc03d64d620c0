import EventLoops
import Glibc
import Synchronization
import Transport

/// The loop of the running test, for connections that want to go on later.
enum ConnectionLoop {
    static let current = Mutex<EpollEventLoop?>(nil)
}

extension WebSocketConnection {
    func loopForTests(_ work: @escaping @Sendable () -> Void) {
        ConnectionLoop.current.withLock { $0 }?.execute(work)
    }
}

/// Sockets of this machine bound to a port of ours that somebody still holds (those in TIME_WAIT have no inode).
func openSockets(onPort port: Int) -> Int {
    guard let file = fopen("/proc/self/net/tcp", "r") else { return -1 }
    defer { fclose(file) }
    var (count, line) = (0, [CChar](repeating: 0, count: 512))
    while fgets(&line, Int32(line.count), file) != nil {
        let fields = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(
            separator: " ")
        guard fields.count > 9, fields[1].hasPrefix("0100007F:") else { continue }
        if Int(fields[1].dropFirst(9), radix: 16) == port, fields[9] != "0" { count += 1 }
    }
    return count
}
