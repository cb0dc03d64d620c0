/// Puts the pieces of a message together, and tells when there is nothing to put together.
///
/// DESIGN: libwebsockets hands over at most one receive buffer's worth of one frame at a time. A message that comes in one
/// piece, as nearly all do, is passed on where it lies. Otherwise pieces are copied into a buffer that grows with what has
/// really arrived, never with what a header announces, and is given back when it was large. Past the limit the rest of the
/// message is only counted.
struct MessageAssembler {
    /// What a piece completed.
    enum Event: Equatable {
        /// More is to come.
        case incomplete
        /// A text message that lies in the piece itself.
        case textInPlace
        /// A text message to be fetched by `takeText`.
        case textAssembled
        case binary
        case tooBig
        /// So far beyond the limit that the connection should end.
        case excessive
    }

    private let maximumBytes: Int
    private let excessiveBytes: Int
    private var buffer: [UInt8] = []
    private var total = 0
    private var isInside = false
    /// A buffer larger than this is not kept for the next message.
    private static let keptCapacity = 8 << 10
    private static let growthLimit = 1 << 20

    init(maximumBytes: Int, oversizeFactor: Int) {
        self.maximumBytes = maximumBytes
        excessiveBytes = maximumBytes.multipliedReportingOverflow(by: max(oversizeFactor, 1)).partialValue
    }

    /// The message after `textAssembled`; `giveBack` returns its memory.
    mutating func takeText() -> [UInt8] {
        var text: [UInt8] = []
        swap(&text, &buffer)
        return text
    }

    /// Keeps the memory of a message that has been used, unless it was a large one.
    mutating func giveBack(_ text: consuming [UInt8]) {
        guard text.capacity <= Self.keptCapacity else { return }
        text.removeAll(keepingCapacity: true)
        buffer = text
    }

    /// Takes the next piece.
    ///
    /// After anything but `incomplete`, `finish` must be called once the message has been used.
    mutating func append(_ piece: Span<UInt8>, isBinary: Bool, isLast: Bool) -> Event {
        total += piece.count
        if total > excessiveBytes { return .excessive }
        if isLast, !isInside, total <= maximumBytes { return isBinary ? .binary : .textInPlace }
        isInside = true
        if total > maximumBytes {
            buffer = []
            return isLast ? .tooBig : .incomplete
        }
        // Grown once for good, not by doubling: a copy of 16 MiB would hold the loop. Untouched pages take no memory.
        if buffer.count > Self.growthLimit, buffer.capacity < maximumBytes { buffer.reserveCapacity(maximumBytes) }
        if !isBinary { unsafe piece.withUnsafeBufferPointer { bytes in unsafe buffer.append(contentsOf: bytes) } }
        guard isLast else { return .incomplete }
        return isBinary ? .binary : .textAssembled
    }

    /// Forgets the message.
    mutating func finish() {
        total = 0
        isInside = false
        buffer.removeAll(keepingCapacity: true)
    }
}
