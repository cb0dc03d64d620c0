import Waveforms
import Testing

@Suite("WAV files")
struct WAVTests {
    let samples = (0..<1_000).map { Int16(truncatingIfNeeded: $0 * 7_919) }

    /// A chunk with its name and size.
    func chunk(_ name: String, _ body: [UInt8], size: Int? = nil) -> [UInt8] {
        let size = size ?? body.count
        let length = (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }
        return Array(name.utf8) + length + body + (body.count % 2 == 1 ? [0] : [])
    }

    /// A format of 24,000 Hz.
    func format(channels: UInt8 = 1, bits: UInt8 = 16, tag: UInt8 = 1) -> [UInt8] {
        chunk("fmt ", [tag, 0, channels, 0, 0xC0, 0x5D, 0, 0, 0x80, 0xBB, 0, 0, 2, 0, bits, 0])
    }

    /// A file around chunks; the size is what streaming servers write.
    func riff(_ chunks: [UInt8]) -> [UInt8] { Array("RIFF".utf8) + [255, 255, 255, 255] + Array("WAVE".utf8) + chunks }

    @Test("have a plain header and come back as they were")
    func roundTrip() throws {
        let bytes = WAVFile.encode(samples: samples.span, rate: 16_000)
        let header: [UInt8] = [
            0x52, 0x49, 0x46, 0x46, 0xF4, 0x07, 0, 0, 0x57, 0x41, 0x56, 0x45, 0x66, 0x6D, 0x74, 0x20, 16, 0, 0, 0, 1, 0,
            1, 0,
            0x80, 0x3E, 0, 0, 0, 0x7D, 0, 0, 2, 0, 16, 0, 0x64, 0x61, 0x74, 0x61, 0xD0, 0x07, 0, 0,
        ]
        #expect(bytes.count == 44 + 2_000)
        #expect(bytes.starts(with: header))
        let file = try WAVFile(bytes: bytes.span)
        #expect(file.rate == 16_000 && file.samples == samples)
        #expect(try WAVFile(bytes: WAVFile.encode(samples: [Int16]().span, rate: 8_000).span).samples == [])
    }

    @Test("lose their header in a stream that is cut anywhere", arguments: [1, 2, 11, 43, 44, 45, 5_000])
    func stream(size: Int) throws {
        let audio = (0..<200).map { UInt8($0) }
        var bytes = riff(chunk("JUNK", [1, 2, 3]) + format() + chunk("LIST", Array("INFOabc".utf8)))
        bytes += chunk("data", audio) + chunk("id3 ", [9, 9, 9, 9])
        var reader = WAVStreamReader()
        var heard: [UInt8] = []
        for begin in stride(from: 0, to: bytes.count, by: size) {
            try reader.read(bytes.span.extracting(begin..<min(begin + size, bytes.count)), appendingTo: &heard)
        }
        #expect(heard == audio)
        #expect(reader.header?.rate == 24_000 && reader.header?.isPCM16 == true && !reader.isRaw)
    }

    @Test("go on to the end of the stream when their size is not known", arguments: [0, 0xFFFF_FFFF])
    func unknownSize(size: Int) throws {
        var reader = WAVStreamReader()
        var heard: [UInt8] = []
        try reader.read(riff(format() + chunk("data", [], size: size)).span, appendingTo: &heard)
        for _ in 0..<3 { try reader.read([1, 2].span, appendingTo: &heard) }
        #expect(heard == [1, 2, 1, 2, 1, 2])
    }

    @Test("may stand in a row, each with its header", arguments: [1, 3, 11, 12, 44, 50, 5_000])
    func row(size: Int) throws {
        let audio = Array("RIFRIFFRF64xWAVR".utf8)
        let whole = riff(format() + chunk("data", audio))
        let open = riff(format(channels: 2) + chunk("data", [], size: 0xFFFF_FFFF)) + audio
        let bytes = whole + whole + open + open + whole
        var reader = WAVStreamReader()
        var channels: [Int] = []
        var heard: [UInt8] = []
        for begin in stride(from: 0, to: bytes.count, by: size) {
            reader.append(bytes.span.extracting(begin..<min(begin + size, bytes.count)))
            while let event = try reader.next() {
                switch event {
                case .format(let header): channels.append(header?.channels ?? 0)
                case .audio(let more): heard += more
                }
            }
        }
        heard += reader.finish()
        #expect(channels == [1, 1, 2, 2, 1])
        #expect(heard == audio + audio + audio + audio + audio)
    }

    @Test("may hold more than 64 KiB before their data", arguments: [1_000, 1_000_000])
    func longHeader(size: Int) throws {
        let bytes = riff(chunk("LIST", [UInt8](repeating: 7, count: 200_001)) + format() + chunk("data", [1, 2]))
        var reader = WAVStreamReader()
        var heard: [UInt8] = []
        for begin in stride(from: 0, to: bytes.count, by: size) {
            try reader.read(bytes.span.extracting(begin..<min(begin + size, bytes.count)), appendingTo: &heard)
        }
        #expect(heard == [1, 2])
    }

    @Test("may be RF64, whose size stands in a chunk of its own")
    func longSizes() throws {
        let sizes = chunk(
            "ds64", [UInt8](repeating: 0, count: 8) + [4, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 12))
        let file = Array("RF64".utf8) + [255, 255, 255, 255] + Array("WAVE".utf8) + sizes + format()
        let bytes = file + chunk("data", [], size: 0xFFFF_FFFF) + [1, 0, 2, 0] + chunk("LIST", [9, 9])
        #expect(try WAVFile(bytes: bytes.span).samples == [1, 2])
    }

    @Test("may be RIFX, whose numbers have the highest byte first")
    func bigEndian() throws {
        let fmt: [UInt8] = [0, 1, 0, 1, 0, 0, 0x5D, 0xC0, 0, 0, 0xBB, 0x80, 0, 2, 0, 16]
        let bytes = Array("RIFX".utf8) + [0, 0, 0, 40] + Array("WAVEfmt ".utf8) + [0, 0, 0, 16] + fmt
        var reader = WAVStreamReader()
        var heard: [UInt8] = []
        try reader.read((bytes + Array("data".utf8) + [0, 0, 0, 2, 1, 2]).span, appendingTo: &heard)
        #expect(heard == [1, 2])
        #expect(reader.header?.rate == 24_000 && reader.header?.isBigEndian == true)
        #expect(reader.header?.coding == .pcm16 && reader.header?.isPCM16 == false)
    }

    @Test("are told from raw audio, which passes through")
    func raw() throws {
        var reader = WAVStreamReader()
        var heard: [UInt8] = []
        try reader.read(Array("RI".utf8).span, appendingTo: &heard)
        #expect(!reader.isRaw)
        try reader.read([0, 1, 2].span, appendingTo: &heard)
        #expect(heard == Array("RI".utf8) + [0, 1, 2])
        #expect(reader.isRaw && reader.header == nil)
    }

    @Test("with several channels are averaged to one")
    func stereo() throws {
        let bytes = riff(format(channels: 2) + chunk("data", [10, 0, 20, 0, 0xFE, 0xFF, 0, 0]))
        #expect(try WAVFile(bytes: bytes.span).samples == [15, -1])
    }

    @Test("are refused when they are broken or endless")
    func malformed() throws {
        let endless = chunk("JUNK", [], size: 0xFFFF_FFFF) + [UInt8](repeating: 0, count: 70_000)
        let files: [[UInt8]] = [
            [], Array("RIFF".utf8), Array("RIFF....AVI ".utf8), riff([]), riff(chunk("data", [1, 2])), riff(endless),
            riff(chunk("fmt ", [1, 2]) + chunk("data", [1, 2])), riff(format(channels: 0) + chunk("data", [1, 2])),
        ]
        for bytes in files { #expect(try code(bytes) == .malformed) }
    }

    @Test("are refused when they hold something else than 16-bit PCM")
    func unsupported() throws {
        #expect(try code(riff(format(bits: 8) + chunk("data", [1, 2]))) == .unsupported)
        #expect(try code(riff(format(tag: 3) + chunk("data", [1, 2]))) == .unsupported)
    }

    /// The error that reading `bytes` throws.
    func code(_ bytes: [UInt8]) throws -> WAVError.Code {
        try #require(throws: WAVError.self) { _ = try WAVFile(bytes: bytes.span) }.code
    }
}
