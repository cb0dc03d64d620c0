import Core
import EventLoops
import Foundation
import HTTPClient
import TestSupport
import Testing

/// What a new connection over TLS costs: neither reading nor parsing certificate authorities, and no idle connection of another.
@Suite("TLS connections", .serialized, .tags(.integration), .timeLimit(.minutes(1)))
struct TLSConnectionTests {
    private let certificate: TestCertificate
    private let client: HTTPClient
    private let fake: FakeProvider

    init() async throws {
        certificate = try await TestCertificate.make()
        client = try HTTPClient(
            loop: TestLoop.shared, configuration: HTTPClientConfiguration(certificateAuthorities: certificate.path))
        fake = try await FakeProvider.start(client: client, certificate: certificate)
    }

    private func models(_ client: HTTPClient) async throws(HTTPClientError) -> Int {
        let response = try await client.execute(HTTPClientRequest(.get, fake.baseURL + "/models"))
        _ = try await response.body.collect(upTo: .max)
        return response.status
    }

    private func speech(_ behaviour: String) -> HTTPClientRequest {
        let body = #"{"model": "fake?\#(behaviour)", "input": "hello"}"#
        return HTTPClientRequest(
            .post, fake.baseURL + "/audio/speech", headers: [HTTPHeader("Content-Type", "application/json")],
            body: Array(body.utf8))
    }

    @Test("trust the authorities that were read at the start, though their file is gone")
    func readOnce() async throws {
        try FileManager.default.removeItem(atPath: certificate.path)
        for _ in 0..<20 {
            _ = try await client.execute(speech("keep_alive=false")).body.collect(upTo: .max)
        }
        let entries = try await fake.log()
        #expect(Set(entries.map(\.connection)).count == 20, "each request had a connection of its own")
    }

    @Test("do not read the system's authorities each time")
    func systemAuthorities() async throws {
        let strict = try HTTPClient(loop: TestLoop.shared)
        let before = try Self.bytesRead()
        for _ in 0..<20 {
            let error = await #expect(throws: HTTPClientError.self) { try await models(strict) }
            #expect(error?.code == .tlsFailed)
        }
        // The bundle has some 200 KB.
        #expect(try Self.bytesRead() - before < 2_000_000)
    }

    @Test("follow a file of authorities that was replaced, beside the loop")
    func renewal() async throws {
        let path = certificate.path + ".renewed"
        let other = try await TestCertificate.make()
        try FileManager.default.copyItem(atPath: other.path, toPath: path)
        let renewing = try HTTPClient(
            loop: TestLoop.shared,
            configuration: HTTPClientConfiguration(certificateAuthorities: path, authoritiesLifetime: .zero))
        await #expect(throws: HTTPClientError.self) { try await models(renewing) }
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: certificate.path, toPath: path)
        var status: Int?
        for _ in 0..<500 where status == nil {
            status = try? await models(renewing)
            if status == nil { try await Task.sleep(for: .milliseconds(10)) }
        }
        #expect(status == 200)
        // A file that cannot be read leaves the authorities as they were.
        try FileManager.default.removeItem(atPath: path)
        for _ in 0..<3 { #expect(try await models(renewing) == 200) }
    }

    @Test("trust an intermediate whose root is not known")
    func intermediate() async throws {
        let chain = try await TestCertificate.makeIssued()
        let client = try HTTPClient(
            loop: TestLoop.shared, configuration: HTTPClientConfiguration(certificateAuthorities: chain.issuerPath))
        let fake = try await FakeProvider.start(client: client, certificate: chain)
        let response = try await client.execute(HTTPClientRequest(.get, fake.baseURL + "/models"))
        _ = try await response.body.collect(upTo: .max)
        #expect(response.status == 200)
    }

    @Test("need a file of authorities that can be read")
    func unreadable() throws {
        for path in ["/nowhere/authorities.pem", "/dev/null", certificate.keyPath] {
            let error = #expect(throws: HTTPClientError.self) {
                _ = try HTTPClient(
                    loop: TestLoop.shared, configuration: HTTPClientConfiguration(certificateAuthorities: path))
            }
            #expect(error?.code == .invalidAuthorities)
        }
    }

    @Test("stay for the next request while 80 others are in use")
    func reuseBesideMany() async throws {
        let held = (0..<80).map { _ in
            Task { [client] in try await client.execute(speech("silence_after=1")).body.collect(upTo: .max) }
        }
        while try await fake.log().count(where: { $0.json["first_at"]?.number != nil }) < held.count {
            try await Task.sleep(for: .milliseconds(20))
        }
        for _ in 0..<20 { _ = try await client.execute(speech("")).body.collect(upTo: .max) }
        #expect(Set(try await fake.log().suffix(20).map(\.connection)).count == 1)
        for task in held { task.cancel() }
    }

    @Test("take up the session of an earlier one")
    func resumption() async throws {
        for _ in 0..<3 { _ = try await client.execute(speech("keep_alive=false")).body.collect(upTo: .max) }
        #expect(try await fake.log().map { $0.json["tls_resumed"]?.bool } == [false, true, true])
    }

    /// Bytes that this process has read from files.
    private static func bytesRead() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/io", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("rchar:") })
        return try #require(Int(line.dropFirst("rchar:".count).drop { $0 == " " }))
    }
}
