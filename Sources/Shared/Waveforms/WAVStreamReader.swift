// DESIGN. Providers stream WAV files whose sizes are not known when the header is written: 0, 0xFFFFFFFF or another number
// too large. So the size of RIFF is ignored, and the audio ends with the size of `data` only if that is neither 0 nor
// 0xFFFFFFFF. Bytes may be cut anywhere. A stream that does not begin with RIFF is raw audio and passes through.

/// Takes the header off a WAV file that arrives in pieces.
package struct WAVStreamReader: Sendable {
    /// The most bytes before `data`; real headers have 44 to a few hundred.
    package static let maximumHeaderSize = 64 << 10

    private enum State {
        /// The bytes so far, less than a whole header.
        case header([UInt8])
        /// Audio; `left` bytes of it, nil: to the end of the stream.
        case audio(left: Int?)
    }

    private var state = State.header([])
    /// What the header says; nil before it has come, and for raw audio.
    package private(set) var header: WAVHeader?

    /// A reader at the start of a stream.
    package init() {}

    /// Whether the stream turned out to have no header.
    package var isRaw: Bool {
        if case .audio = state { header == nil } else { false }
    }

    /// Takes the next bytes of the stream and appends the audio in them.
    /// - Throws: `.malformed` when the header is too long or has no valid `fmt ` chunk before `data`.
    package mutating func read(_ bytes: Span<UInt8>, appendingTo audio: inout [UInt8]) throws(WAVError) {
        switch state {
        case .audio(let left):
            let count = min(left ?? bytes.count, bytes.count)
            let taken = bytes.extracting(0..<count)
            // Sound: the bytes are read within the closure.
            unsafe taken.withUnsafeBufferPointer { unsafe audio.append(contentsOf: $0) }
            state = .audio(left: left.map { $0 - count })
        case .header(var collected):
            state = .header([])
            unsafe bytes.withUnsafeBufferPointer { unsafe collected.append(contentsOf: $0) }
            guard let begin = try parse(collected) else {
                guard collected.count <= Self.maximumHeaderSize else {
                    throw WAVError(.malformed, "The WAV header is longer than \(Self.maximumHeaderSize) bytes.")
                }
                state = .header(collected)
                return
            }
            try read(collected.span.extracting(begin..<collected.count), appendingTo: &audio)
        }
    }

    private static let riff = Array("RIFF".utf8)

    /// Looks for the start of the audio in the bytes so far and enters its state.
    /// - Returns: where the audio begins; nil if more bytes are needed.
    private mutating func parse(_ bytes: [UInt8]) throws(WAVError) -> Int? {
        guard bytes.starts(with: Self.riff.prefix(bytes.count)) else {
            state = .audio(left: nil)
            return 0
        }
        guard bytes.count >= 12 else { return nil }
        guard bytes[8..<12].elementsEqual("WAVE".utf8) else {
            throw WAVError(.malformed, "The RIFF file holds something else than WAVE.")
        }
        var position = 12
        while position + 8 <= bytes.count {
            let name = bytes[position..<position + 4]
            let size = (0..<4).reduce(0) { $0 | Int(bytes[position + 4 + $1]) << (8 * $1) }
            position += 8
            if name.elementsEqual("data".utf8) {
                guard header != nil else {
                    throw WAVError(.malformed, "The WAV file has no valid format before its data.")
                }
                state = .audio(left: size == 0 || size == 0xFFFF_FFFF ? nil : size)
                return position
            }
            if name.elementsEqual("fmt ".utf8), position + size <= bytes.count {
                header = WAVHeader(chunk: bytes[position..<position + size])
            }
            position += size + size % 2  // chunks begin at even offsets
        }
        return nil
    }
}
