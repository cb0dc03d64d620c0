/// What the body of a speech answer is, by its first bytes: servers send other things than they say, and than was asked for.
enum SpeechBodyKind: Equatable {
    /// One WAV file or several.
    case wav
    /// Samples without a header, as far as can be told.
    case raw
    /// Something that would be noise if it was played.
    case other(String)

    /// The kind of a body that begins with `head`; nil if more of it must be seen.
    ///
    /// `isWhole`: there is no more.
    init?(_ head: [UInt8], isWhole: Bool) {
        let known = Self.signatures.first { head.dropFirst($0.offset).starts(with: $0.bytes) }
        if let known {
            self = known.kind
        } else if !isWhole, Self.signatures.contains(where: { Self.mayFollow(head, $0) }) {
            return nil
        } else if let isText = Self.isText(head, isWhole) {
            if isText {
                self = .other("text")
            } else if let isCompressed = Self.isFramed(head, isWhole) {
                self = isCompressed ? .other("MP3 or AAC") : .raw
            } else {
                return nil
            }
        } else {
            return nil
        }
    }

    private struct Signature {
        let bytes: [UInt8]
        var offset = 0
        let kind: SpeechBodyKind

        init(_ text: String, _ kind: SpeechBodyKind, offset: Int = 0) {
            self.init(Array(text.utf8), kind, offset: offset)
        }
        init(_ bytes: [UInt8], _ kind: SpeechBodyKind, offset: Int = 0) {
            (self.bytes, self.kind, self.offset) = (bytes, kind, offset)
        }
    }

    private static let signatures = [
        Signature("RIFF", .wav), Signature("RIFX", .wav), Signature("RF64", .wav), Signature("BW64", .wav),
        Signature("ID3", .other("MP3")), Signature("OggS", .other("Ogg")), Signature("fLaC", .other("FLAC")),
        Signature("caff", .other("CAF")), Signature("FORM", .other("AIFF")), Signature(".snd", .other("AU")),
        Signature([0x1A, 0x45, 0xDF, 0xA3], .other("WebM")), Signature("ftyp", .other("MP4"), offset: 4),
        Signature([0x1F, 0x8B, 0x08], .other("gzip")), Signature("ADIF", .other("AAC")),
        Signature([0xEF, 0xBB, 0xBF], .other("text")),
    ]

    /// Whether `head` is too short to tell, but what there is fits a signature.
    ///
    /// A signature that is not at the start follows a length, whose first byte is 0.
    private static func mayFollow(_ head: [UInt8], _ signature: Signature) -> Bool {
        guard head.count < signature.offset + signature.bytes.count else { return false }
        guard signature.offset == 0 || head.first == 0 else { return false }
        return signature.bytes.starts(with: head.dropFirst(signature.offset))
    }

    // MARK: Text

    private static let enoughText = 24
    private static let enoughMarkup = 9

    /// Whether this is HTML, JSON or another text; nil: it may become one.
    private static func isText(_ head: [UInt8], _ isWhole: Bool) -> Bool? {
        let start = head.drop { $0 == 0x20 || (9...13).contains($0) }
        let isMarkup = start.first.map { "{[<".utf8.contains($0) } ?? false
        let needed = isMarkup ? enoughMarkup + head.count - start.count : enoughText
        let isPrintable = head.prefix(needed).allSatisfy { (0x20...0x7E).contains($0) || (9...13).contains($0) }
        guard isPrintable else { return false }
        if head.count >= needed { return true }
        return isWhole ? head.count >= 8 : nil
    }

    // MARK: Frames

    /// Whether frames of MP3 or AAC stand in a row; nil: the second one has not come.
    private static func isFramed(_ head: [UInt8], _ isWhole: Bool) -> Bool? {
        if head.count < 6, !isWhole { return head.first == 0xFF ? nil : false }
        guard let length = frameLength(head[...]) else { return false }
        if head.count == length { return isWhole ? true : nil }
        guard head.count >= length + 6 else { return isWhole ? false : nil }
        let second = head[length...]
        return frameLength(second) != nil && second[length + 1] == head[1]
            && second[length + 2] & 0x0C == head[2] & 0x0C
    }

    private static let kilobits = [
        [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ]
    private static let rates = [44_100, 48_000, 32_000]

    /// Bytes of the frame of MPEG audio layer III, or of ADTS, that begins here (ISO 11172-3 2.4.1.3, 13818-7 6.2).
    private static func frameLength(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= 6, bytes[bytes.startIndex] == 0xFF else { return nil }
        let at = { (offset: Int) in Int(bytes[bytes.startIndex + offset]) }
        if at(1) & 0xF6 == 0xF0 {
            let length = (at(3) & 3) << 11 | at(4) << 3 | at(5) >> 5
            return length > 7 && at(2) >> 2 & 15 < 13 ? length : nil
        }
        let version = at(1) >> 3 & 3
        guard at(1) & 0xE6 == 0xE2, version != 1, at(2) >> 4 < 15, at(2) >> 4 > 0, at(2) >> 2 & 3 < 3 else {
            return nil
        }
        let kilobits = kilobits[version == 3 ? 0 : 1][at(2) >> 4]
        let rate = rates[at(2) >> 2 & 3] >> (version == 3 ? 0 : version == 2 ? 1 : 2)
        return (version == 3 ? 144 : 72) * kilobits * 1_000 / rate + (at(2) >> 1 & 1)
    }
}
