import Core
import Foundation
import Lifecycle
import Observability
import Providers
import RealtimeProtocol
import Transport

/// `antiphon-worker`: reads its settings and runs until it is told to stop.
@main
enum WorkerMain {
    private static let usage = """
        Usage: antiphon-worker [flags]

        Serves Realtime sessions over WebSockets. With --describe-providers it prints as JSON which providers it would
        use and why, and ends.
        """

    static func main() async {
        UnixSignals.ignoreBrokenPipes()
        LargeBlocks.giveBackWhenFreed()
        let signals = UnixSignals([.terminate, .interrupt])
        do {
            let reader = try ConfigurationReader(
                for: .worker, environment: ProcessInfo.processInfo.environment,
                arguments: Array(CommandLine.arguments.dropFirst()), switches: ["describe-providers"],
                catalogue: Settings.everything)
            if reader.wantsHelp {
                print(ConfigurationHelp.text(usage: usage, for: .worker, catalogue: Settings.everything))
            } else if reader.switches.contains("describe-providers") {
                print(ProviderDescription.json(of: try ProviderConfiguration.select(reader)))
            } else {
                exit(try await serve(reader, until: signals) == .drained ? 0 : 1)
            }
        } catch {
            FileHandle.standardError.write(Data("antiphon-worker: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func serve(
        _ reader: ConfigurationReader, until signals: UnixSignals
    ) async throws -> ServiceGroup.Outcome {
        let level = Logger.Level(name: reader[Settings.logLevel]) ?? .info
        let handler = JSONLogHandler.standardError(minimumLevel: level)
        defer { handler.flush() }
        let application = try WorkerApplication(reader, logger: Logger(handler: handler))
        return try await application.run(until: signals)
    }
}
