import Audio
package import EventLoops
import Foundation
package import Observability
import Synchronization
import Waveforms

/// Phrases as WAV files in one directory, which workers may share.
///
/// DESIGN. All work happens on a thread of `pool`. A file is written under another name and renamed, so that nobody reads half of it.
/// Its time of modification is the time of its last use; when the directory outgrows its limit, the files that were used the
/// longest time ago go first. A file that cannot be read is removed. A directory that cannot be used (missing rights, full disk)
/// costs this level of the cache and one warning.
package final class PhraseDirectory: PhraseStore {
    private let directory: String
    private let limit: Int
    private let pool: BlockingPool
    private let logger: Logger
    private let hasWarned = Mutex(false)

    /// Enough for some 2,000 phrases.
    package static let defaultLimit = 64 << 20
    private static let rate = 24_000
    private static let mostBytes = 2 * PhraseAudio.mostSamples + 1024

    /// The phrases in `directory`, which is made when the first one is stored; at most `limit` bytes of files.
    package init(_ directory: String, limit: Int = defaultLimit, pool: BlockingPool, logger: Logger) {
        self.directory = directory
        self.limit = limit
        self.pool = pool
        self.logger = logger
    }

    /// Reads the file on a thread of the pool; see `PhraseStore`.
    package func load(_ key: PhraseKey) async -> [Int16]? {
        let path = path(of: key)
        return try? await pool.run { [self] in read(path) }
    }

    /// Writes a file on a thread of the pool, and removes the oldest where there is no room; see `PhraseStore`.
    package func store(_ samples: [Int16], _ key: PhraseKey) async {
        guard !samples.isEmpty, 2 * samples.count <= min(limit, Self.mostBytes) else { return }
        let path = path(of: key)
        try? await pool.run { [self] in
            do {
                try write(samples, to: path)
                try makeRoom()
            } catch {
                warn(error)
            }
        }
    }

    // MARK: On a thread of the pool

    private func read(_ path: String) -> [Int16]? {
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int else { return nil }
        guard size <= Self.mostBytes, let data = FileManager.default.contents(atPath: path),
            let file = try? WAVFile(bytes: Array(data).span), file.rate == Self.rate, !file.samples.isEmpty,
            size == WAVHeader.plainSize + 2 * file.samples.count
        else {
            try? FileManager.default.removeItem(atPath: path)
            return nil
        }
        try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: path)
        return file.samples
    }

    private func write(_ samples: [Int16], to path: String) throws {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        // Foundation writes to a temporary file beside it and renames that.
        try Data(WAVFile.encode(samples: samples.span, rate: Self.rate)).write(
            to: URL(fileURLWithPath: path), options: .atomic)
    }

    private func makeRoom() throws {
        let keys: [URLResourceKey] = [.fileSizeKey, .contentModificationDateKey]
        let files = try FileManager.default.contentsOfDirectory(
            at: URL(fileURLWithPath: directory), includingPropertiesForKeys: keys
        ).filter { $0.pathExtension == "wav" }.map { url in
            let values = try? url.resourceValues(forKeys: Set(keys))
            return (url: url, size: values?.fileSize ?? 0, used: values?.contentModificationDate ?? .distantPast)
        }
        var total = files.reduce(0) { $0 + $1.size }
        for file in files.sorted(by: { $0.used < $1.used }) where total > limit {
            try FileManager.default.removeItem(at: file.url)
            total -= file.size
        }
    }

    private func warn(_ error: any Error) {
        let isFirst = hasWarned.withLock { hasWarned in
            defer { hasWarned = true }
            return !hasWarned
        }
        guard isFirst else { return }
        logger.warning(
            "phrases cannot be kept on disk", [.path: .string(directory), .error: .string(error.localizedDescription)])
    }

    private func path(of key: PhraseKey) -> String { directory + "/" + key.fileName }
}
