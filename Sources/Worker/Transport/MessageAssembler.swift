/// Puts the pieces of a message together, and tells when there is nothing to put together.
///
/// DESIGN: libwebsockets hands over at most one receive buffer's worth of one frame at a time. A message that comes in one
/// piece, as nearly all do, is passed on where it lies. Otherwise pieces are copied into a buffer that grows with what has
/// really arrived, never with what a header announces, and is given back when it was large. Past the limit the rest of the
/// message is only counted. A text that was put together has been checked piece by piece, since the check of a large one
/// would hold the loop.
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
        /// A message that `refuse` was called for.
        case refused
        /// A text that is not UTF-8; the rest of it does not matter.
        case invalid
        /// So far beyond the limit that the connection should end.
        case excessive
    }

    private let maximumBytes: Int
    private let excessiveBytes: Int
    private var buffer: [UInt8] = []
    /// Bytes of the message so far.
    private(set) var total = 0
    /// Whether a message has begun and not ended.
    private(set) var isInside = false
    /// Bytes of the buffer that are known to be UTF-8.
    private var checked = 0
    /// Whether the message is only counted.
    private(set) var isRefused = false
    /// A buffer larger than this is not kept for the next message.
    private static let keptCapacity = 8 << 10
    private static let growthLimit = 1 << 20

    init(maximumBytes: Int, oversizeFactor: Int) {
        self.maximumBytes = maximumBytes
        excessiveBytes = maximumBytes.multipliedReportingOverflow(by: max(oversizeFactor, 1)).partialValue
    }

    /// The message after `textAssembled`; it belongs to the caller.
    mutating func takeText() -> [UInt8] {
        var text: [UInt8] = []
        swap(&text, &buffer)
        return text
    }

    /// Bytes of memory that are held.
    var capacity: Int { buffer.capacity }

    /// Takes the next piece.
    ///
    /// After anything but `incomplete`, `finish` must be called once the message has been used.
    mutating func append(_ piece: Span<UInt8>, isBinary: Bool, isLast: Bool) -> Event {
        total += piece.count
        if total > excessiveBytes { return .excessive }
        if isLast, !isInside, total <= maximumBytes { return isBinary ? .binary : .textInPlace }
        isInside = true
        if isRefused { return isLast ? .refused : .incomplete }
        if total > maximumBytes {
            buffer = []
            return isLast ? .tooBig : .incomplete
        }
        // Grown once for good, not by doubling: a copy of 16 MiB would hold the loop. Untouched pages take no memory.
        if buffer.count > Self.growthLimit, buffer.capacity < maximumBytes { buffer.reserveCapacity(maximumBytes) }
        if !isBinary {
            unsafe piece.withUnsafeBufferPointer { bytes in unsafe buffer.append(contentsOf: bytes) }
            guard check(isLast: isLast) else { return .invalid }
        }
        guard isLast else { return .incomplete }
        return isBinary ? .binary : .textAssembled
    }

    /// The rest of the message is only counted.
    mutating func refuse() {
        isRefused = true
        isInside = true
        buffer = []
    }

    /// Checks what has come; a character whose end has not come yet waits for it.
    private mutating func check(isLast: Bool) -> Bool {
        let end = isLast ? buffer.count : Self.wholeCharacters(buffer.span.extracting(checked...)) + checked
        guard buffer.span.extracting(checked..<end).isUTF8 else { return false }
        checked = end
        return true
    }

    /// The length without a character at the end that is not whole.
    private static func wholeCharacters(_ text: Span<UInt8>) -> Int {
        for back in 1...3 where back <= text.count {
            let byte = text[text.count - back]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte < 0xC0 || byte >= 0xF8 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
            return length > back ? text.count - back : text.count
        }
        return text.count
    }

    /// Forgets the message.
    mutating func finish() {
        total = 0
        isInside = false
        isRefused = false
        checked = 0
        if buffer.capacity > Self.keptCapacity { buffer = [] } else { buffer.removeAll(keepingCapacity: true) }
    }
}

extension Span<UInt8> {
    /// Whether these bytes are text.
    var isUTF8: Bool {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: self)
            return true
        } catch { return false }
    }
}
