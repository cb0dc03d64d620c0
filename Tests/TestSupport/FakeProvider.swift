package import Core
package import HTTPClient
import Foundation

/// A running `Tests/Fakes/fake_provider.py`: a provider in wire format on a port of its own, which does what the test
/// asks for.
///
/// It ends with this object, or when this process ends, because its stdin is then closed.
package final class FakeProvider: Sendable {
    /// What a provider's base URL is set to, `/v1` included.
    package let baseURL: String
    private let process: Process
    private let input: FileHandle
    private let client: HTTPClient
    private let root: String

    /// Starts the fake, with TLS if it gets a certificate, and waits for its port.
    ///
    /// `client` is used to steer it.
    package static func start(client: HTTPClient, certificate: TestCertificate? = nil) async throws -> FakeProvider {
        try await offThePool { try FakeProvider(client: client, certificate: certificate) }
    }

    private init(client: HTTPClient, certificate: TestCertificate?) throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fakes/fake_provider.py")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script.standardizedFileURL.path, "--until-stdin-closes"]
        if let certificate { process.arguments? += ["--tls", certificate.path, certificate.keyPath] }
        let output = Pipe()
        let input = Pipe()
        input.keepFromChildren()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = output.fileHandleForReading.availableData
        guard let address = try JSONValue.parse([UInt8](line))["base_url"]?.string else { throw NotStarted() }
        self.process = process
        self.input = input.fileHandleForWriting
        self.client = client
        baseURL = address
        root = String(address.dropLast("/v1".count))
    }

    deinit {
        try? input.close()
        process.terminate()
    }

    /// The process said something else than its port.
    package struct NotStarted: Error {}

    /// Sets the behaviour of a stage ("stt", "llm", "tts") from now on; the names are those of DEFAULTS in the script.
    package func set(_ stage: String, _ behaviour: [String: JSONValue]) async throws {
        _ = try await call(.post, "/_control", JSONValue.object([stage: .object(behaviour)]))
    }

    /// All requests so far.
    package func log() async throws -> [Entry] {
        try await call(.get, "/_log", nil)["requests"]?.array?.map(Entry.init) ?? []
    }

    /// The first request that satisfies `condition`, waiting for it up to five seconds.
    package func entry(where condition: (Entry) -> Bool) async throws -> Entry? {
        for _ in 0..<500 {
            if let entry = try await log().first(where: condition) { return entry }
            try await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }

    /// Seconds on the clock of the log's times, which is the system's monotonic clock.
    package static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private func call(_ method: HTTPClientRequest.Method, _ path: String, _ body: JSONValue?) async throws -> JSONValue
    {
        let response = try await client.execute(
            HTTPClientRequest(method, root + path, body: body.map { Array($0.serialized.utf8) }))
        return try JSONValue.parse(await response.body.collect(upTo: 1 << 24), limits: JSONLimits(bytes: 1 << 24))
    }

    /// One request as the fake saw it.
    package struct Entry: Sendable {
        /// The whole entry, for what has no name here.
        package let json: JSONValue

        /// The request's JSON body or form fields.
        package var request: JSONValue { json["request"] ?? .null }
        /// Which connection it came on.
        package var connection: Int? { json["connection"]?.integer }
        /// Seconds, when the request was complete.
        package var receivedAt: Double? { json["received_at"]?.number }
        /// Seconds, when the client went away before the answer was complete; nil if it did not.
        package var abortedAt: Double? { json["aborted_at"]?.number }
        /// Seconds, when the answer was complete; nil if it is not.
        package var finishedAt: Double? { json["finished_at"]?.number }
        /// A header of the request; the name in lower case.
        package func header(_ name: String) -> String? { json["headers"]?[name]?.string }
    }
}

extension Pipe {
    /// Closes the writing end in children that start later, so that the one child that reads sees the end.
    func keepFromChildren() {
        let descriptor = fileHandleForWriting.fileDescriptor
        _ = fcntl(descriptor, F_SETFD, fcntl(descriptor, F_GETFD) | FD_CLOEXEC)
    }
}
