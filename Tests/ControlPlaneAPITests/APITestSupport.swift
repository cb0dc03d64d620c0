import Core
import Foundation
import Lifecycle
import Observability
import Testing

@testable import ControlPlaneAPI
@testable import HTTPServer

/// A control plane without sockets: requests go straight into the routers.
struct API {
    let tenancy: FakeTenancy
    let services: ControlPlaneServices

    init(_ tenancy: FakeTenancy = FakeTenancy(), _ change: (inout ControlPlaneServices) -> Void = { _ in }) {
        self.tenancy = tenancy
        var services = ControlPlaneServices(
            authenticator: tenancy, limiter: tenancy, issuer: tenancy, behaviors: tenancy, clips: tenancy,
            admission: tenancy,
            registry: tenancy,
            readiness: Readiness(), metrics: MetricsRegistry(),
            identifiers: IdentifierSource(generator: SplitMix64(seed: 7)))
        change(&services)
        self.services = services
    }

    private static let logger = Logger(handler: NullLogHandler())

    func `public`(
        _ method: HTTPMethod, _ target: String, key: String? = "sk-good", fields: HTTPFields = [:], body: String = ""
    ) async throws -> HTTPResponse {
        try await self.public(method, target, key: key, fields: fields, bytes: Array(body.utf8))
    }

    func `public`(
        _ method: HTTPMethod, _ target: String, key: String? = "sk-good", fields: HTTPFields = [:], bytes: [UInt8]
    ) async throws -> HTTPResponse {
        var fields = fields
        if let key { fields["authorization"] = "Bearer \(key)" }
        if !bytes.isEmpty, fields["content-type"] == nil { fields["content-type"] = "application/json" }
        let request = HTTPRequest(
            method, target: try #require(HTTPTarget(target)), fields: fields, body: bytes)
        return await Listeners.public(services, trustedProxies: [], logger: Self.logger).respond(to: request)
    }

    func assign(_ original: String, fields: HTTPFields = ["authorization": "Bearer sk-good"]) async throws
        -> HTTPResponse
    {
        var fields = fields
        fields["x-original-uri"] = original
        return try await `internal`("/internal/assign", fields: fields)
    }

    func `internal`(_ target: String, fields: HTTPFields) async throws -> HTTPResponse {
        let request = HTTPRequest(.get, target: try #require(HTTPTarget(target)), fields: fields)
        return await Listeners.internal(services, trustedProxies: [], logger: Self.logger).respond(to: request)
    }

    func ops(_ target: String) async throws -> HTTPResponse {
        let request = HTTPRequest(.get, target: try #require(HTTPTarget(target)))
        return await Listeners.ops(services, logger: Self.logger).respond(to: request)
    }
}

extension HTTPResponse {
    /// The body as JSON.
    var json: JSONValue { (try? JSONValue.parse(body)) ?? .null }
    /// The error's code.
    var errorCode: String? { json["error"]?["code"]?.string }
    /// The error's parameter.
    var errorParameter: String? { json["error"]?["param"]?.string }
}

extension RequestContext {
    /// A context for a handler that is called directly.
    static func forTests(parameters: [String: String] = [:]) -> RequestContext {
        RequestContext(
            requestID: RequestID("req_test"), route: "/test", parameters: parameters, clientAddress: "192.0.2.1",
            received: .now, logger: Logger(handler: NullLogHandler()))
    }
}
