import Audio
import Core
import RealtimeProtocol

/// The audio of a session's items, as far as it is kept for `conversation.item.retrieve`.
///
/// Audio that no event could show is not kept, but for the beginning of an answer, which the client may truncate to it.
struct ItemAudio {
    private struct Part {
        let index: Int
        let id: KeptAudio.ID
        let format: AudioFormat
        /// Bytes that are kept, and all that there were.
        var kept: Int
        var length: Int
    }

    private let store: KeptAudio
    private let most: Int
    private var parts: [ItemID: [Part]] = [:]
    /// The items from the oldest on, those that are gone included.
    private var order: [ItemID] = []
    private var bytes = 0

    /// Bytes of audio that an event has room for, beside the rest of its item.
    static let longest = ProtocolLimits.serverFrameBytes / 4 * 3 - 512

    /// Keeps at most `most` bytes in `store`; beyond it the oldest items' audio goes.
    init(store: KeptAudio, most: Int) {
        self.store = store
        self.most = most
    }

    /// Keeps audio that came as samples for an item whose client gets `format`.
    mutating func keep(_ samples: [Int16], of item: ItemID, for format: AudioFormat) {
        guard Self.mayKeep(samples.count, for: format) else { return }
        add(.samples(samples), 0, item, format)
    }

    /// Whether an event has room for this many samples.
    static func mayKeep(_ samples: Int, for format: AudioFormat) -> Bool {
        samples > 0 && samples * format.sampleRate / 16_000 * format.bytesPerSample <= longest
    }

    /// Keeps audio that a client sent with an item.
    mutating func keep(_ audio: [UInt8], part: Int, of item: ItemID, _ format: AudioFormat) {
        guard !audio.isEmpty, audio.count <= Self.longest else { return }
        add(.bytes(audio), part, item, format)
    }

    /// Keeps the next audio of an answer.
    mutating func extend(_ item: ItemID, by audio: ArraySlice<UInt8>, _ format: @autoclosure () -> AudioFormat?) {
        if parts[item] == nil {
            guard let format = format() else { return }
            add(.bytes([]), 0, item, format)
        }
        guard let part = parts[item]?.first else { return }
        parts[item]?[0].length += audio.count
        guard part.kept == part.length, part.kept + audio.count <= Self.longest, store.extend(part.id, by: audio)
        else { return }
        parts[item]?[0].kept += audio.count
        bytes += audio.count
        makeRoom(besides: item)
    }

    /// The client truncated the item.
    mutating func cut(_ item: ItemID, to length: Duration) {
        guard let part = parts[item]?.first else { return }
        let samples = AudioTime(length, rate: part.format.sampleRate).samples
        let count = min(part.length, samples * part.format.bytesPerSample)
        parts[item]?[0].length = count
        guard count < part.kept else { return }
        parts[item]?[0].kept = count
        bytes -= part.kept - count
        store.cut(part.id, to: count)
    }

    /// What is kept of an item; a part of which something is missing is left out.
    mutating func audio(of item: ItemID) -> [RetrievedAudio] {
        (parts[item] ?? []).compactMap { part in
            guard part.kept == part.length, part.kept > 0, let sound = store.sound(part.id) else { return nil }
            return RetrievedAudio(part: part.index, sound: sound, format: part.format)
        }
    }

    /// The item is gone.
    mutating func forget(_ item: ItemID) {
        drop(item)
        parts[item] = nil
        if order.count > 2 * parts.count + 64 { order.removeAll { parts[$0] == nil } }
    }

    /// The session is over.
    mutating func removeAll() {
        for item in Array(parts.keys) { forget(item) }
        order = []
    }

    private mutating func add(_ sound: KeptAudio.Sound, _ index: Int, _ item: ItemID, _ format: AudioFormat) {
        let part = Part(index: index, id: store.keep(sound), format: format, kept: sound.size, length: sound.size)
        if parts[item] == nil { order.append(item) }
        parts[item, default: []].append(part)
        bytes += sound.size
        makeRoom(besides: item)
    }

    private mutating func makeRoom(besides item: ItemID) {
        guard bytes > most else { return }
        while bytes > most, let oldest = order.first, oldest != item {
            order.removeFirst()
            // An answer that still grows must not begin anew in the middle.
            drop(oldest)
        }
    }

    private mutating func drop(_ item: ItemID) {
        for part in parts[item] ?? [] {
            bytes -= part.kept
            store.drop(part.id)
        }
        if parts[item] != nil { parts[item] = [] }
    }
}
