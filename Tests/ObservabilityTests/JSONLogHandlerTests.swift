import Core
import Observability
import Synchronization
import Testing

@Suite("JSON log handler")
struct JSONLogHandlerTests {
    /// What was written, line by line.
    private final class Output: Sendable {
        private let bytes = Mutex<[UInt8]>([])
        func write(_ span: Span<UInt8>) {
            bytes.withLock { bytes in for index in span.indices { bytes.append(span[index]) } }
        }
        var lines: [String] {
            bytes.withLock { String(decoding: $0, as: UTF8.self) }.split(separator: "\n").map(String.init)
        }
    }

    private func handler(_ output: Output, level: Logger.Level = .debug, capacity: Int = 1 << 20) -> JSONLogHandler {
        JSONLogHandler(
            minimumLevel: level, capacity: capacity, clock: { (1_709_210_096, 7) }, write: { output.write($0) })
    }

    @Test("writes one object per line with time, level, message and sorted metadata")
    func line() {
        let output = Output()
        let handler = handler(output)
        let logger = Logger(handler: handler, metadata: [.worker: "wrk_1"])
        logger.info("session ended", [.duration: .double(1.5), .count: 3, LogKey("clean"): .bool(true)])
        handler.flush()
        #expect(
            output.lines == [
                #"{"time":"2024-02-29T12:34:56.007Z","level":"info","message":"session ended","#
                    + #""clean":true,"count":3,"duration_ms":1.5,"worker_id":"wrk_1"}"#
            ])
    }

    @Test("escapes control characters and quotes, so that a value can never start a line")
    func escaping() {
        let output = Output()
        let handler = handler(output)
        Logger(handler: handler).error("refused", [.reason: "a\n{\"level\":\"info\"}\u{1B}[2J\u{0}"])
        handler.flush()
        #expect(output.lines.count == 1)
        #expect(output.lines[0].hasSuffix(#""reason":"a\n{\"level\":\"info\"}\u001b[2J\u0000"}"#))
    }

    @Test("leaves out what is below the level, without making its metadata")
    func levels() {
        let output = Output()
        let handler = handler(output, level: .warning)
        let logger = Logger(handler: handler)
        logger.info(
            "never",
            { () -> LogMetadata in
                Issue.record("metadata was made"); return [:]
            }())
        logger.warning("seen")
        handler.flush()
        #expect(output.lines.count == 1)
    }

    @Test("drops what does not fit while the reader is slow, and says how many")
    func dropping() async {
        let output = Output()
        let gate = Mutex(false)
        let handler = JSONLogHandler(
            minimumLevel: .debug, capacity: 1_000, clock: { (0, 0) },
            write: { span in
                while !gate.withLock({ $0 }) {}
                output.write(span)
            })
        let logger = Logger(handler: handler)
        for _ in 0..<100 { logger.info("twenty-odd characters") }
        let dropped = handler.droppedLines
        #expect(dropped > 60)
        gate.withLock { $0 = true }
        handler.flush()
        // The writer may have begun while lines were still being dropped, and then tells it in two parts.
        let told = output.lines.filter { $0.contains("log lines dropped") }
        let counts = told.compactMap { Int($0.dropLast().split(separator: ":").last ?? "") }
        #expect(counts.reduce(0, +) == dropped)
        #expect(output.lines.count == 100 - dropped + told.count)
    }

    @Test(
        "dates are right at the ends of months, years and eras",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_399, "2000-02-28T23:59:59.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"), (951_868_800, "2000-03-01T00:00:00.000Z"),
            (1_735_689_599, "2024-12-31T23:59:59.000Z"), (4_107_542_400, "2100-03-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func dates(seconds: Int64, text: String) {
        let output = Output()
        let handler = JSONLogHandler(minimumLevel: .debug, clock: { (seconds, 0) }, write: { output.write($0) })
        Logger(handler: handler).info("now")
        handler.flush()
        #expect(output.lines[0].contains(text))
    }
}
