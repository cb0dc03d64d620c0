import Core
import Foundation
import HTTPServer
import RealtimeProtocol
import Tenancy

/// `antiphon-control-plane`: reads the command line, runs one command, and turns what went wrong into one sentence and an
/// exit code (0: done; 1: it could not be done; 2: it was asked for wrongly).
@main enum ControlPlaneMain {
    private static let usage = """
        usage: antiphon-control-plane [serve] [SETTINGS]
               antiphon-control-plane bootstrap [--json] [--output FILE] [SETTINGS]

          serve        Serves the REST API, the edge's questions and the ops endpoints until SIGTERM or SIGINT.
          bootstrap    Makes the first tenant and its API key, or imports API_KEY as that key. Run again, it changes
                       nothing. Prints a key that it made, once: plain, or with --json together with the ids. With
                       --output the key goes into FILE (mode 0600) instead.
        """

    static func main() async {
        do {
            try await run(Array(CommandLine.arguments.dropFirst()))
        } catch let error as ConfigurationError {
            fail(error.problems, code: 2)
        } catch let error as HTTPServerError {
            fail([error.message], code: 1)
        } catch let error as CommandFailure {
            fail([error.sentence], code: 1)
        } catch {
            fail(["It cannot go on: \(error)"], code: 1)
        }
    }

    private static func run(_ arguments: [String]) async throws {
        var arguments = arguments
        let options = try BootstrapOptions(taking: &arguments)
        let reader = try ConfigurationReader(
            for: .controlPlane, environment: ProcessInfo.processInfo.environment, arguments: arguments,
            catalogue: Settings.everything)
        if reader.wantsHelp {
            return print(
                ConfigurationHelp.text(usage: usage, for: .controlPlane, catalogue: Settings.everything))
        }
        switch reader.words {
        case [], ["serve"]:
            if options.isUsed { throw ConfigurationError("--json and --output belong to the command bootstrap.") }
            try await ControlPlaneApplication(ControlPlaneConfiguration(reader)).serve()
        case ["bootstrap"]:
            try await Bootstrap(ControlPlaneConfiguration(reader), options).run()
        default:
            let words = reader.words.joined(separator: " ")
            throw ConfigurationError("\"\(words)\" is not a command; there are serve and bootstrap.")
        }
    }

    private static func fail(_ sentences: [String], code: Int32) -> Never {
        for sentence in sentences {
            FileHandle.standardError.write(Data("antiphon-control-plane: \(sentence)\n".utf8))
        }
        exit(code)
    }
}

/// Why a command could not be carried out, as one sentence for the operator.
struct CommandFailure: Error {
    let sentence: String
}
