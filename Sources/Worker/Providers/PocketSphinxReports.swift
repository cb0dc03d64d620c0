import CPocketSphinx
import Observability
import Synchronization

/// Leads what the library would print to standard error into our log.
///
/// The library has one such place per process.
enum PocketSphinxReports {
    private static let logger = Mutex<Logger?>(nil)

    /// Sends the library's errors to `logger` from now on, and silences everything else.
    ///
    /// May be called from any thread.
    static func send(to logger: Logger) {
        Self.logger.withLock { $0 = logger }
        unsafe antiphon_sphinx_set_report { message in
            guard let message = unsafe message else { return }
            let text = unsafe String(cString: message).split(whereSeparator: \.isNewline).joined(separator: " ")
            let logger = PocketSphinxReports.logger.withLock { $0 }
            logger?.error("speech recogniser reported an error", [.provider: "pocketsphinx", .error: .string(text)])
        }
    }
}
