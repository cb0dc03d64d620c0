// DESIGN. Providers stream WAV files whose sizes are not known when the header is written: 0, 0xFFFFFFFF or another number
// too large. So the size of RIFF is ignored, and the audio ends with the size of `data` only if that is neither 0 nor
// 0xFFFFFFFF. Some send one file after another, each with its header, so the start of a file is also looked for in the
// audio: twelve bytes that no audio holds by chance. Bytes may be cut anywhere. A stream that does not begin like a WAV
// file is raw audio and passes through.

/// Takes the headers off WAV files (RIFF, RIFX, RF64) that arrive in pieces, one file or several in a row.
package struct WAVStreamReader: Sendable {
    /// The most bytes of other chunks before `data`: tags, pictures, padding.
    package static let mostSkipped = 16 << 20
    /// The most bytes of a chunk that is read.
    private static let longestFormat = 64 << 10

    /// What comes next in the stream.
    package enum Event: Sendable, Equatable {
        /// The audio that follows has this format; nil: it has no header.
        case format(WAVHeader?)
        /// Some of it.
        case audio([UInt8])
    }

    private enum State {
        case start
        /// Within a file, at the start of a chunk.
        case chunks
        case skip(Int)
        /// Audio; `left` bytes of it, nil: to the end of the stream.
        case audio(left: Int?)
        case raw
    }

    private var state = State.start
    private var buffer: [UInt8] = []
    private var begin = 0
    private var isBigEndian = false
    /// What `ds64` says about `data`.
    private var longSize: Int?
    private var skipped = 0
    /// What the newest header says; nil before it has come, and for raw audio.
    package private(set) var header: WAVHeader?

    /// A reader at the start of a stream.
    package init() {}

    /// Whether the stream turned out to have no header.
    package var isRaw: Bool { if case .raw = state { true } else { false } }

    /// Takes the next bytes of the stream and appends the audio in them.
    /// - Throws: `.malformed` when the header is too long or has no valid `fmt ` chunk before `data`.
    package mutating func read(_ bytes: Span<UInt8>, appendingTo audio: inout [UInt8]) throws(WAVError) {
        append(bytes)
        while let event = try next() {
            if case .audio(let more) = event { audio += more }
        }
    }

    /// Takes the next bytes of the stream, for `next`.
    package mutating func append(_ bytes: Span<UInt8>) {
        // Sound: the bytes are read within the closure.
        unsafe bytes.withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
    }

    /// The end of the stream: the audio that was held back because a file might have begun with it.
    package mutating func finish() -> [UInt8] {
        guard case .audio(let left) = state else { return [] }
        let rest = Array(buffer[begin...].prefix(left ?? .max))
        drop(buffer.count - begin)
        compact()
        return rest
    }

    /// What comes next; nil if more bytes are needed.
    /// - Throws: `.malformed` when the header is too long or has no valid `fmt ` chunk before `data`.
    package mutating func next() throws(WAVError) -> Event? {
        while true {
            let rest = buffer[begin...]
            switch state {
            case .start:
                guard Self.mayBeFile(rest.prefix(4)) else {
                    state = .raw
                    return .format(nil)
                }
                guard rest.count >= 12 else { return wait() }
                guard Self.isFile(rest) else {
                    throw WAVError(.malformed, "The RIFF file holds something else than WAVE.")
                }
                isBigEndian = rest.starts(with: "RIFX".utf8)
                (header, longSize, skipped) = (nil, nil, 0)
                drop(12)
                state = .chunks
            case .chunks:
                guard let event = try readChunk(rest) else {
                    if case .chunks = state { return wait() }
                    continue
                }
                return event
            case .skip(let count):
                guard !rest.isEmpty || count == 0 else { return wait() }
                drop(min(count, rest.count))
                state = rest.count < count ? .skip(count - rest.count) : .chunks
            case .audio(let left):
                let end = Self.nextFile(in: rest)
                let audio = Array(rest[..<end].prefix(left ?? .max))
                drop(end - begin)
                state = Self.isFile(buffer[begin...]) ? .start : .audio(left: left.map { $0 - audio.count })
                if !audio.isEmpty { return .audio(audio) }
                if case .audio = state { return wait() }
            case .raw:
                guard !rest.isEmpty else { return wait() }
                drop(rest.count)
                return .audio(Array(rest))
            }
        }
    }

    /// Reads a chunk's head, and its body where it tells something; nil when more is needed or the state has moved on.
    private mutating func readChunk(_ rest: ArraySlice<UInt8>) throws(WAVError) -> Event? {
        guard rest.count >= 8 else { return nil }
        let name = rest.prefix(4)
        let size = rest.number(at: begin + 4, 4, isBigEndian)
        if name.elementsEqual("data".utf8) {
            guard let header else {
                throw WAVError(.malformed, "The WAV file has no valid format before its data.")
            }
            drop(8)
            state = .audio(left: size == 0 ? nil : size == 0xFFFF_FFFF ? longSize : size)
            return .format(header)
        }
        let isFormat = name.elementsEqual("fmt ".utf8)
        if isFormat || name.elementsEqual("ds64".utf8), size <= Self.longestFormat {
            guard rest.count >= 8 + size else { return nil }
            let body = rest[(begin + 8)..<(begin + 8 + size)]
            if isFormat {
                header = WAVHeader(chunk: body, isBigEndian: isBigEndian)
            } else if body.count >= 16, body[(body.startIndex + 15)...].first == 0 {
                longSize = body.number(at: body.startIndex + 8, 7, false)
                if longSize == 0 { longSize = nil }
            }
            drop(8 + size)
            state = .skip(size % 2)  // chunks begin at even offsets
            return nil
        }
        skipped += size + size % 2
        guard skipped <= Self.mostSkipped else {
            throw WAVError(.malformed, "The WAV file has more than \(Self.mostSkipped) bytes before its data.")
        }
        drop(8)
        state = .skip(size + size % 2)
        return nil
    }

    private mutating func drop(_ count: Int) { begin += count }

    private mutating func wait() -> Event? {
        compact()
        return nil
    }

    private mutating func compact() {
        buffer.removeFirst(begin)
        begin = 0
    }

    // MARK: The start of a file

    private static let magics = ["RIFF", "RIFX", "RF64", "BW64"].map { Array($0.utf8) }
    private static let wave = Array("WAVE".utf8)

    private static func mayBeFile(_ bytes: ArraySlice<UInt8>) -> Bool {
        magics.contains { bytes.prefix(4).elementsEqual($0.prefix(bytes.count)) }
    }

    private static func isFile(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count >= 12 && mayBeFile(bytes) && bytes.dropFirst(8).starts(with: wave)
    }

    /// Where the next file begins in audio, or might begin at the end of these bytes; else their end.
    private static func nextFile(in bytes: ArraySlice<UInt8>) -> Int {
        for index in bytes.indices where bytes[index] == UInt8(ascii: "R") || bytes[index] == UInt8(ascii: "B") {
            let rest = bytes[index...].prefix(12)
            guard mayBeFile(rest) else { continue }
            if rest.dropFirst(8).elementsEqual(wave.prefix(max(0, rest.count - 8))) { return index }
        }
        return bytes.endIndex
    }
}
