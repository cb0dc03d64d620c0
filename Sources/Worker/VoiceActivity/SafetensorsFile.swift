import Foundation

/// A file of named tensors: eight bytes of header length, a JSON header, then the values.
///
/// https://github.com/huggingface/safetensors#format. Only 32-bit floats are read.
struct SafetensorsFile {
    /// Far above the 1.2 MB of the network; keeps a wrong path from filling the memory.
    static let maximumFileSize = 64 << 20
    /// Far above the 1.2 kB of the network's header.
    static let maximumHeaderSize = 1 << 20

    /// One entry of the header.
    private struct Entry: Decodable {
        var dtype: String
        var shape: [Int]
        var data_offsets: [Int]
    }

    private let entries: [String: Entry]
    /// The bytes after the header.
    private let values: Data

    /// Reads the file at `path` whole.
    init(path: String) throws(VoiceActivityError) {
        let bytes: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            bytes = try handle.read(upToCount: Self.maximumFileSize + 1) ?? Data()
        } catch {
            throw VoiceActivityError(.unreadableFile, "The voice activity weights at \(path) cannot be read.")
        }
        guard bytes.count <= Self.maximumFileSize else {
            throw VoiceActivityError(.unreadableFile, "The file at \(path) is too large for voice activity weights.")
        }
        try self.init(bytes: bytes)
    }

    /// Reads the header of `bytes` and checks that each tensor lies within them.
    init(bytes: Data) throws(VoiceActivityError) {
        let bytes = Data(bytes)  // indices from zero
        guard bytes.count >= 8 else {
            throw VoiceActivityError(.malformedFile, "The weights file is shorter than its header.")
        }
        let length = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(Self.maximumHeaderSize), length <= UInt64(bytes.count - 8) else {
            throw VoiceActivityError(.malformedFile, "The weights file announces a header that it cannot hold.")
        }
        let header = bytes[8..<8 + Int(length)]
        values = Data(bytes[(8 + Int(length))...])
        var entries: [String: Entry] = [:]
        do {
            let object = try JSONDecoder().decode([String: Lenient].self, from: header)
            for (name, value) in object { entries[name] = value.entry }
        } catch {
            throw VoiceActivityError(.malformedFile, "The weights file's header is not a JSON object.")
        }
        self.entries = entries
    }

    /// A header value that may be something else, such as `__metadata__`.
    private struct Lenient: Decodable {
        var entry: Entry?
        init(from decoder: any Decoder) throws { entry = try? Entry(from: decoder) }
    }

    /// The values of the tensor `name`, row by row, which must have exactly `shape` and be finite.
    func floats(_ name: String, shape: [Int]) throws(VoiceActivityError) -> [Float] {
        guard let entry = entries[name] else {
            throw VoiceActivityError(.missingTensor, "The weights file has no tensor \(name).")
        }
        guard entry.dtype == "F32" else {
            throw VoiceActivityError(.unusableTensor, "Tensor \(name) holds \(entry.dtype.prefix(16)), not F32.")
        }
        guard entry.shape == shape else {
            throw VoiceActivityError(
                .unusableTensor, "Tensor \(name) has shape \(entry.shape.prefix(8)), not \(shape).")
        }
        let count = shape.reduce(1, *)
        guard entry.data_offsets.count == 2, case let (begin, end) = (entry.data_offsets[0], entry.data_offsets[1]),
            begin >= 0, begin <= end, end <= values.count, end - begin == count * 4
        else {
            throw VoiceActivityError(.unusableTensor, "Tensor \(name) does not lie within the weights file.")
        }
        var floats = [Float](repeating: 0, count: count)
        _ = unsafe floats.withUnsafeMutableBytes { unsafe values[begin..<end].copyBytes(to: $0) }
        guard floats.allSatisfy(\.isFinite) else {
            throw VoiceActivityError(.unusableTensor, "Tensor \(name) has a value that is not finite.")
        }
        return floats
    }
}
