import Glibc

/// A websocket client of a few lines over a blocking socket: sends exactly what a test says, also what is wrong.
final class RawClient {
    struct Frame: Equatable {
        var opcode: UInt8
        var isFinal: Bool
        var payload: [UInt8]
        var text: String { String(decoding: payload, as: UTF8.self) }
        var closeCode: UInt16? { payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : nil }
        var closeReason: String { String(decoding: payload.dropFirst(2), as: UTF8.self) }
    }

    struct Ended: Error {}

    private(set) var descriptor: Int32
    private var pending: [UInt8] = []

    /// Connects to a port of this machine.
    ///
    /// Every blocking call gives up after `timeout` seconds.
    init(port: Int, receiveBuffer: Int32? = nil, timeout: Int = 20) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var wait = timeval(tv_sec: timeout, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
        if var receiveBuffer { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, 4) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Ended() }
    }

    deinit { close() }

    /// Closes the socket.
    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Ended() }
            sent += count
        }
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func read(_ count: Int) throws -> [UInt8] {
        while pending.count < count { try fill() }
        defer { pending.removeFirst(count) }
        return Array(pending.prefix(count))
    }

    /// The answer's head, with the empty line at its end.
    func readHead() throws -> String {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) { head += try read(1) }
        return String(decoding: head, as: UTF8.self)
    }

    /// Everything until the server closes.
    func readToEnd() -> String {
        while (try? fill()) != nil {}
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }

    /// Whether the server has closed or reset the connection, waiting for it.
    func isEnded() -> Bool {
        while (try? fill()) != nil {}
        return errno != EAGAIN
    }

    private func fill() throws {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        errno = 0
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { throw Ended() }
        pending += buffer[..<count]
    }

    // MARK: Websocket

    static let key = "dGhlIHNhbXBsZSBub25jZQ=="
    static let acceptance = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

    static func upgradeHead(path: String = "/v1/realtime?model=m", _ fields: [String] = []) -> String {
        let lines =
            [
                "GET \(path) HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: keep-alive, Upgrade",
                "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: \(key)",
            ] + fields
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// Sends an upgrade request and returns the answer's head.
    @discardableResult
    func upgrade(_ fields: [String] = []) throws -> String {
        try send(Self.upgradeHead(fields))
        return try readHead()
    }

    /// A mask that changes nothing, for payloads so large that masking them in a debug build would take seconds.
    static let noMask: [UInt8] = [0, 0, 0, 0]

    static func frame(
        opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true, isMasked: Bool = true,
        mask: [UInt8] = [0x12, 0x34, 0x56, 0x78]
    ) -> [UInt8] {
        var bytes = [(isFinal ? 0x80 : 0) | opcode]
        let maskBit: UInt8 = isMasked ? 0x80 : 0
        switch payload.count {
        case ..<126: bytes.append(maskBit | UInt8(payload.count))
        case ..<65536: bytes += [maskBit | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default: bytes += [maskBit | 127] + (0..<8).reversed().map { UInt8(payload.count >> ($0 * 8) & 0xFF) }
        }
        guard isMasked else { return bytes + payload }
        bytes += mask
        if mask == noMask { return bytes + payload }
        bytes.reserveCapacity(bytes.count + payload.count)
        for index in payload.indices { bytes.append(payload[index] ^ mask[index & 3]) }
        return bytes
    }

    func sendText(_ text: String) throws { try send(Self.frame(opcode: 1, Array(text.utf8))) }

    func readFrame() throws -> Frame {
        let head = try read(2)
        var length = Int(head[1] & 0x7F)
        if length >= 126 { length = try read(length == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) } }
        return Frame(opcode: head[0] & 0xF, isFinal: head[0] & 0x80 != 0, payload: try read(length))
    }

    /// The next whole message, its fragments joined; answers pings on the way.
    func readMessage() throws -> Frame {
        var message = try readFrame()
        while !message.isFinal || message.opcode >= 9 {
            if message.opcode >= 9 {
                if message.opcode == 9 { try send(Self.frame(opcode: 10, message.payload)) }
                message = try readFrame()
                continue
            }
            let next = try readFrame()
            if next.opcode == 9 { try send(Self.frame(opcode: 10, next.payload)) }
            guard next.opcode == 0 else { continue }
            message.payload += next.payload
            message.isFinal = next.isFinal
        }
        return message
    }
}

extension RawClient {
    /// Makes closing the socket send a reset.
    func resetOnClose() {
        var value = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
    }
}
