package import Core

/// Writes structured log lines: a constant message, values as metadata, never user content or secrets.
package struct Logger: Sendable {
    /// How much an operator needs to see it.
    package enum Level: Int, Sendable, Comparable, CaseIterable {
        case debug, info, warning, error
        package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    private let handler: any LogHandler
    private let base: LogMetadata

    /// A logger that writes to `handler`, adding `metadata` to every line.
    package init(handler: any LogHandler, metadata: LogMetadata = [:]) {
        self.handler = handler
        base = metadata
    }

    /// The same logger with more values on every line.
    package func with(_ metadata: LogMetadata) -> Logger {
        Logger(handler: handler, metadata: base.merging(metadata) { _, new in new })
    }

    /// For finding faults.
    package func debug(_ message: StaticString, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.debug, message, metadata)
    }

    /// For what an operator acts on or looks for.
    package func info(_ message: StaticString, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.info, message, metadata)
    }

    /// For what works around a fault.
    package func warning(_ message: StaticString, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.warning, message, metadata)
    }

    /// For what failed.
    package func error(_ message: StaticString, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.error, message, metadata)
    }

    private func log(_ level: Level, _ message: StaticString, _ metadata: () -> LogMetadata) {
        guard level >= handler.minimumLevel else { return }
        handler.log(level, message, base.merging(metadata()) { _, new in new })
    }
}

/// Values of one log line.
package typealias LogMetadata = [LogKey: LogValue]

/// A name in a log line; the constants live in `LogKey+Names.swift`.
package struct LogKey: Sendable, Hashable {
    /// The name as it is written.
    package let name: String
    /// A key of this name.
    package init(_ name: String) { self.name = name }
}

/// A value in a log line.
package enum LogValue: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case string(String)
    case integer(Int)
    case double(Double)
    case bool(Bool)
    /// A constant text.
    package init(stringLiteral value: String) { self = .string(value) }
    /// A constant number.
    package init(integerLiteral value: Int) { self = .integer(value) }
    /// The id's text.
    package init(_ id: some PrefixedIdentifier) { self = .string(id.rawValue) }
    /// Milliseconds with fraction.
    package init(milliseconds duration: Duration) { self = .double(duration.inSeconds * 1000) }
}

/// Where log lines go.
///
/// Called from any thread; must not block.
package protocol LogHandler: Sendable {
    var minimumLevel: Logger.Level { get }
    func log(_ level: Logger.Level, _ message: StaticString, _ metadata: LogMetadata)
}

/// Drops everything; for tests and benchmarks.
package struct NullLogHandler: LogHandler {
    /// Nothing below it is even rendered.
    package let minimumLevel = Logger.Level.error
    /// A handler that keeps nothing.
    package init() {}
    /// Does nothing.
    package func log(_ level: Logger.Level, _ message: StaticString, _ metadata: LogMetadata) {}
}
