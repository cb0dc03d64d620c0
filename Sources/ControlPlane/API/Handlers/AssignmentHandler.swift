import Core
import HTTPServer
import Observability
import Synchronization
import Tenancy

/// `GET /internal/assign`: the edge asks where an upgrade request goes.
///
/// DESIGN: nginx's `auth_request` turns any answer but 2xx, 401 and 403 into a 500, so the answer is always 204 and
/// names an upstream. A session that is admitted goes to its worker. A bad credential, and whatever is refused to a web
/// page, which cannot read an HTTP status, goes to any worker, which accepts the upgrade and says why in the protocol's
/// own words. Everything else goes to the refusal endpoint (an upstream group of the edge that points back here), with the
/// reason in a header that the edge passes on. When a worker that was chosen does not answer, the edge asks once more and
/// names it.
struct AssignmentHandler: Sendable {
    /// The edge's own name for the upstream that gives refusals; must match deploy/nginx.
    static let refusalUpstream = "antiphon_internal"
    /// How often another worker is asked for while the answer is the one that just failed.
    private static let attempts = 4

    let authenticator: any Authenticator
    let admission: any Admission
    let registry: any WorkerRegistry
    let ids: SessionIDSource

    var get: HTTPHandler.Throwing {
        { request, context in
            guard let original = request.fields["x-original-uri"].flatMap(HTTPTarget.init) else {
                throw APIError.notFromEdge
            }
            let failed = request.fields["x-antiphon-failed"].flatMap { $0.isEmpty ? nil : $0 }
            let named = Self.namedWorker(original)
            do throws(TenancyError) {
                guard let key = Credentials.ofUpgrade(request.fields) else { throw TenancyError(.missingCredentials) }
                let principal = try await authenticator.authenticate(key)
                let place = try await place(principal, worker: named, failed: failed)
                return Self.forward(to: place.address, session: place.session)
            } catch {
                return await refuse(error, request, context, worker: named, failed: failed)
            }
        }
    }

    /// The worker of `/w/<worker>/v1/realtime`.
    private static func namedWorker(_ target: HTTPTarget) -> WorkerID? {
        target.segments.count > 1 && target.segments[0] == "w" ? WorkerID(target.segments[1]) : nil
    }

    private func place(
        _ principal: Principal, worker: WorkerID?, failed: String?
    ) async throws(TenancyError) -> Assignment {
        if let worker {
            guard let status = try await registry.workers().first(where: { $0.registration.id == worker }) else {
                throw TenancyError(.notFound, message: "There is no such worker.")
            }
            guard status.state == .ready else { throw TenancyError(.draining) }
            return try await admission.admitHere(session: ids.next(), principal: principal, worker: status.registration)
        }
        guard let failed else { return try await admission.assign(session: ids.next(), principal: principal) }
        return try await placeElsewhere(principal, failed: failed)
    }

    /// Another worker than the one that did not answer.
    ///
    /// What was reserved there is kept until the search is over, so that it counts as fuller than the others, and then
    /// given back.
    private func placeElsewhere(_ principal: Principal, failed: String) async throws(TenancyError) -> Assignment {
        var rejected: [Assignment] = []
        var found: Result<Assignment, TenancyError>?
        for _ in 0..<Self.attempts where found == nil {
            do throws(TenancyError) {
                let place = try await admission.assign(session: ids.next(), principal: principal)
                if place.address == failed { rejected.append(place) } else { found = .success(place) }
            } catch {
                found = .failure(error)
            }
        }
        for place in rejected { await admission.end(place, reason: "worker unreachable") }
        return try (found ?? .failure(TenancyError(.noCapacity))).get()
    }

    private func refuse(
        _ error: TenancyError, _ request: HTTPRequest, _ context: RequestContext, worker: WorkerID?, failed: String?
    ) async -> HTTPResponse {
        context.logger.info("upgrade refused", [.code: .string(error.code.rawValue)])
        let isCredential = error.category == .authentication
        if isCredential || Credentials.areOfPage(request.fields), let workers = try? await registry.workers() {
            let live = workers.filter {
                $0.registration.address != failed && (isCredential || worker == nil || $0.registration.id == worker)
            }
            let ready = live.filter { $0.state == .ready }
            if let worker = (ready.isEmpty ? live : ready).randomElement() {
                return Self.forward(to: worker.registration.address, session: nil)
            }
        }
        return HTTPResponse(
            .noContent,
            fields: [
                "x-antiphon-upstream": Self.refusalUpstream, "x-antiphon-refusal": Refusal(error).headerValue,
            ])
    }

    private static func forward(to address: String, session: SessionID?) -> HTTPResponse {
        var response = HTTPResponse(.noContent, fields: ["x-antiphon-upstream": address])
        response.fields["x-antiphon-session"] = session?.rawValue
        return response
    }
}

/// Makes the ids of sessions that the edge is about to open.
///
/// Used from any thread.
final class SessionIDSource: Sendable {
    private let source: Mutex<IdentifierSource>
    /// Draws from `source`.
    init(_ source: IdentifierSource = IdentifierSource()) { self.source = Mutex(source) }
    /// A fresh id.
    func next() -> SessionID { source.withLock { $0.next() } }
}
