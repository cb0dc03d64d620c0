package import EventLoops
package import RealtimeProtocol

/// Audio that a worker keeps for its sessions, under one budget: of items, for a retrieve, and of what is in no turn, for a commit.
///
/// DESIGN. The newest audio is kept: what does not fit any more goes in the order in which it came, whosever it is. A session finds
/// that its audio is gone when it asks for it. The actor lives on the sessions' loop, so that all but `encoded` are plain calls.
package actor KeptAudio {
    /// One piece of audio.
    package enum Sound: Sendable, Equatable {
        /// 16,000 Hz mono, as speech-to-text gets it.
        case samples([Int16])
        /// Bytes of one format.
        case bytes([UInt8])

        /// Memory that it takes.
        package var size: Int {
            switch self {
            case .samples(let samples): 2 * samples.count
            case .bytes(let bytes): bytes.count
            }
        }
    }

    /// Names one piece.
    package struct ID: Hashable, Sendable {
        fileprivate let number: UInt64
    }

    private nonisolated let loop: any EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }
    private nonisolated let pool: BlockingPool?
    private let limit: Int
    private var pieces: [UInt64: Sound] = [:]
    private var oldest: UInt64 = 0
    private var next: UInt64 = 0
    private var bytes = 0

    /// Memory that a piece takes beside its audio.
    private static let overhead = 96

    /// Room for `limit` bytes, where zero keeps nothing; without a `pool` audio is made ready for clients on the loop.
    package init(limit: Int, pool: BlockingPool?, loop: any EventLoop) {
        self.limit = limit
        self.pool = pool
        self.loop = loop
    }

    // MARK: To be called on the loop

    /// Bytes that are kept now.
    package nonisolated var size: Int { assumeIsolated { $0.bytes } }

    /// Keeps `sound` as the newest of all.
    package nonisolated func keep(_ sound: Sound) -> ID { assumeIsolated { $0.add(sound) } }

    /// Adds to a piece of bytes; false when it is gone.
    package nonisolated func extend(_ id: ID, by bytes: ArraySlice<UInt8>) -> Bool {
        assumeIsolated { $0.grow(id.number, bytes) }
    }

    /// Cuts a piece of bytes to its first `count`.
    package nonisolated func cut(_ id: ID, to count: Int) { assumeIsolated { $0.shorten(id.number, count) } }

    /// The piece; nil when it is gone.
    package nonisolated func sound(_ id: ID) -> Sound? { assumeIsolated { $0.pieces[id.number] } }

    /// Whether the piece is still kept.
    package nonisolated func holds(_ id: ID) -> Bool { assumeIsolated { $0.pieces[id.number] != nil } }

    /// Gives a piece back.
    package nonisolated func drop(_ id: ID) { assumeIsolated { $0.remove(id.number) } }

    // MARK: Anywhere

    /// Audio in a client's format and base64, made on a thread of the pool; nil when no thread is to be had.
    package nonisolated func encoded(_ audio: [RetrievedAudio], as format: AudioFormat) async -> [Int: [UInt8]] {
        guard let pool else { return RetrievedAudio.encoded(audio, as: format) }
        return (try? await pool.run { RetrievedAudio.encoded(audio, as: format) }) ?? [:]
    }

    // MARK: The pieces

    private func add(_ sound: Sound) -> ID {
        let id = next
        next += 1
        pieces[id] = sound
        bytes += sound.size + Self.overhead
        makeRoom()
        return ID(number: id)
    }

    private func grow(_ id: UInt64, _ more: ArraySlice<UInt8>) -> Bool {
        guard let index = pieces.index(forKey: id), case .bytes(var sound) = pieces.values[index] else { return false }
        // Taken out, so that the bytes are appended in place.
        pieces.values[index] = .bytes([])
        sound.append(contentsOf: more)
        pieces.values[index] = .bytes(sound)
        bytes += more.count
        makeRoom()
        return pieces[id] != nil
    }

    private func shorten(_ id: UInt64, _ count: Int) {
        guard case .bytes(let sound)? = pieces[id], count < sound.count else { return }
        pieces[id] = .bytes(Array(sound.prefix(count)))
        bytes -= sound.count - count
    }

    private func remove(_ id: UInt64) {
        guard let sound = pieces.removeValue(forKey: id) else { return }
        bytes -= sound.size + Self.overhead
    }

    private func makeRoom() {
        while bytes > limit, oldest < next {
            remove(oldest)
            oldest += 1
        }
    }
}
