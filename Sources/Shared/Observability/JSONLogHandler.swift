import Core
import Glibc

/// Writes each log line as one JSON object: `time`, `level`, `message`, then the metadata sorted by name.
package struct JSONLogHandler: LogHandler {
    /// Lines below it are not written.
    package let minimumLevel: Logger.Level
    private let sink: LogSink
    private let clock: @Sendable () -> (seconds: Int64, milliseconds: Int)

    /// A handler that writes to standard error.
    package static func standardError(minimumLevel: Logger.Level) -> JSONLogHandler {
        JSONLogHandler(minimumLevel: minimumLevel, write: LogSink.writing(to: STDERR_FILENO))
    }

    /// A handler whose lines go to `write`, one call at a time on a thread of their own.
    ///
    /// - Parameters:
    ///   - minimumLevel: lines below it are not written.
    ///   - capacity: bytes that may wait for `write`; lines beyond are dropped and counted.
    ///   - clock: the civil time of a line.
    ///   - write: writes all bytes, blocking.
    package init(
        minimumLevel: Logger.Level, capacity: Int = 1 << 20,
        clock: @escaping @Sendable () -> (seconds: Int64, milliseconds: Int) = JSONLogHandler.civilTime,
        write: @escaping @Sendable (Span<UInt8>) -> Void
    ) {
        self.minimumLevel = minimumLevel
        self.clock = clock
        sink = LogSink(
            capacity: capacity,
            droppedLine: { count in
                Self.line(.warning, "log lines dropped", [.count: .integer(count)], at: clock())
            }, write: write)
    }

    /// Renders the line on the calling thread and hands it over without waiting.
    package func log(_ level: Logger.Level, _ message: StaticString, _ metadata: LogMetadata) {
        sink.append(Self.line(level, message, metadata, at: clock()))
    }

    /// Waits until every line so far is written; for the end of the process.
    package func flush() { sink.flush() }

    /// Lines dropped because nobody read them in time.
    package var droppedLines: Int { sink.droppedLines }

    /// The system's civil time.
    package static func civilTime() -> (seconds: Int64, milliseconds: Int) {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return (Int64(time.tv_sec), time.tv_nsec / 1_000_000)
    }

    private static func line(
        _ level: Logger.Level, _ message: StaticString, _ metadata: LogMetadata,
        at time: (seconds: Int64, milliseconds: Int)
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(160 + 40 * metadata.count)
        JSONWriter.append(to: &bytes) { writer in
            writer.object { writer in
                writer.key("time")
                writer.string(Timestamp.text(seconds: time.seconds, milliseconds: time.milliseconds))
                writer.key("level")
                writer.string(level.name)
                writer.key("message")
                writer.string(message.description)
                for (key, value) in metadata.sorted(by: { $0.key.name < $1.key.name }) {
                    writer.key(key.name)
                    switch value {
                    case .string(let text): writer.string(text)
                    case .integer(let number): writer.integer(number)
                    case .double(let number): writer.number(number)
                    case .bool(let flag): writer.bool(flag)
                    }
                }
            }
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }
}

extension Logger.Level {
    /// "debug", "info", "warning" or "error", as in `ANTIPHON_LOG_LEVEL`.
    package var name: String {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }

    /// The level of this name.
    package init?(name: String) {
        guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }
}
