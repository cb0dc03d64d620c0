import CWebSockets

/// Messages waiting for their socket, with headroom in front of each for libwebsockets' frame header.
///
/// DESIGN: a message is written once, by its producer, right behind the headroom, and sent from there. A long one leaves in
/// fragments, so that pings go between, progress shows, and libwebsockets never has to keep more than one fragment that
/// the kernel did not take. The header of a later fragment overwrites the tail of the one before, which is gone by then.
/// The queue counts bytes; what happens at the marks is its owner's business. Used on the loop only.
struct OutboundQueue {
    /// Bytes that libwebsockets wants in front of a payload.
    static let headroom = Int(ANTIPHON_LWS_PRE)
    /// Most bytes of one frame.
    static let fragmentBytes = 64 << 10

    private var messages: [[UInt8]] = []
    private var head = 0
    /// Payload bytes of the first message that have been sent.
    private var sent = 0
    /// Payload bytes in the queue.
    private(set) var bytes = 0

    /// Whether nothing waits.
    var isEmpty: Bool { head == messages.count }

    /// Adds a message whose payload stands behind the headroom.
    mutating func append(_ message: consuming [UInt8]) {
        bytes += message.count - Self.headroom
        messages.append(message)
    }

    /// Sends one fragment of the first message by `write`, which gets the payload (with headroom in front) and whether
    /// it is the first and the last of its message.
    ///
    /// Returns the array of a message that has been sent, for reuse.
    mutating func sendFragment(
        _ write: (UnsafeMutablePointer<UInt8>, Int, _ isFirst: Bool, _ isLast: Bool) -> Bool
    ) -> (succeeded: Bool, finished: [UInt8]?) {
        let length = messages[head].count - Self.headroom
        let count = min(length - sent, Self.fragmentBytes)
        let start = Self.headroom + sent
        let (isFirst, isLast) = (sent == 0, sent + count == length)
        let succeeded = unsafe messages[head].withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return false }
            return unsafe write(base + start, count, isFirst, isLast)
        }
        guard succeeded else { return (false, nil) }
        bytes -= count
        sent += count
        guard isLast else { return (true, nil) }
        sent = 0
        var finished: [UInt8] = []
        swap(&finished, &messages[head])
        head += 1
        if head == messages.count || head > 64 && head * 2 > messages.count {
            messages.removeFirst(head)
            head = 0
        }
        return (true, finished)
    }

    /// Drops everything.
    mutating func removeAll() { self = OutboundQueue() }
}
