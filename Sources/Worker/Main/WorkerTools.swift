import Agents
import Core
import Cryptography
import EventLoops
import Foundation
import HTTPClient
import ServerTools

/// Builds what runs the tools of the server in this worker.
enum WorkerTools {
    /// Calls under way at most; more than the gate of the caller lets in.
    static let connections = 1_024

    /// A caller with an HTTP client of its own, so that no connection made for a provider serves a tenant.
    static func makeCaller(
        _ settings: WorkerSettings, metrics: WorkerMetrics, loop: any FileDescriptorEventLoop
    ) throws -> HTTPServerToolCaller {
        let master = settings.masterKey
        return HTTPServerToolCaller(
            client: try makeClient(settings, loop: loop),
            policy: settings.serverToolDestinations,
            environment: HTTPServerToolCaller.Environment(
                time: { UnixTime(seconds: Int64(Date().timeIntervalSince1970)) },
                secret: { tenant throws(CryptographyError) in try WebhookSecret(masterKey: master, tenant: tenant) },
                observe: { outcome, time in metrics.serverToolCalled(outcome, time) }))
    }

    private static func makeClient(_ settings: WorkerSettings, loop: any FileDescriptorEventLoop) throws -> HTTPClient {
        do throws(HTTPClientError) {
            return try HTTPClient(
                loop: loop,
                configuration: HTTPClientConfiguration(
                    maximumConnections: connections, certificateAuthorities: settings.serverToolAuthorities))
        } catch {
            guard error.code == .invalidAuthorities else { throw error }
            throw ConfigurationError("ANTIPHON_SERVER_TOOL_CA must be a PEM file of certificates that can be read.")
        }
    }

    /// What the operator's settings allow.
    static func destinations(_ reader: ConfigurationReader) throws(ConfigurationError) -> DestinationPolicy {
        var listed: [ListedDestination] = []
        for text in reader[Settings.serverToolDestinations] ?? [] {
            guard let destination = ListedDestination(text) else {
                throw ConfigurationError(
                    "ANTIPHON_SERVER_TOOL_DESTINATIONS must be address[/bits][:port] or host[:port], and '\(text)' is not."
                )
            }
            listed.append(destination)
        }
        var ports: [Int] = []
        for text in reader[Settings.serverToolPorts] {
            guard let port = Int(text), (1...65535).contains(port) else {
                throw ConfigurationError(
                    "ANTIPHON_SERVER_TOOL_PORTS must be ports from 1 to 65535 separated by commas, and '\(text)' is none."
                )
            }
            ports.append(port)
        }
        return DestinationPolicy(ports: ports, listed: listed)
    }
}
