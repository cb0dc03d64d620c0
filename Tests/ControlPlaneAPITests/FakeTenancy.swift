import Core
import Synchronization
import Tenancy

/// The tenancy services as a script: what each answers is set by the test, what each was asked is kept.
final class FakeTenancy: Authenticator, RequestLimiter, EphemeralKeyIssuer, TenantBehaviors, TenantClips, Admission,
    WorkerRegistry
{
    struct Script: Sendable {
        var keys: [String: Result<Principal, TenancyError>] = [:]
        var limit: Result<RateLimitStatus, TenancyError> = .success(
            RateLimitStatus(limit: 600, remaining: 599, resetAfter: .milliseconds(100)))
        /// What `assign` answers, one after another; the last one stays.
        var assignments: [Result<String, TenancyError>] = [.success("127.0.0.1:9001")]
        var workers: Result<[WorkerStatus], TenancyError> = .success([])
        var keySet: Result<String, TenancyError> = .success("{\"keys\":[]}")
        var mint: TenancyError?
        var behavior: Result<String?, TenancyError> = .success(nil)
        var clip: Result<[UInt8]?, TenancyError> = .success(nil)
    }

    struct Asked: Sendable {
        var credentials: [String] = []
        var charged = 0
        var minted: [EphemeralKeyRequest] = []
        var assigned: [SessionID] = []
        var ended: [SessionID] = []
        var here: [WorkerID] = []
        var removed: [WorkerID] = []
    }

    static let principal = Principal(tenant: TenantID("ten_1"), key: KeyID("key_1"), credential: .apiKey)
    private let state: Mutex<(script: Script, asked: Asked)>

    init(_ change: (inout Script) -> Void = { _ in }) {
        var script = Script()
        script.keys["sk-good"] = .success(Self.principal)
        change(&script)
        state = Mutex((script, Asked()))
    }

    var asked: Asked { state.withLock { $0.asked } }
    func change(_ body: (inout Script) -> Void) { state.withLock { body(&$0.script) } }

    // MARK: Authenticator

    func authenticate(_ credential: Secret) async throws(TenancyError) -> Principal {
        let result = state.withLock { state in
            state.asked.credentials.append(credential.revealed)
            return state.script.keys[credential.revealed] ?? .failure(TenancyError(.invalidAPIKey))
        }
        return try result.get()
    }

    func sessionConfiguration(of principal: Principal) async throws(TenancyError) -> String? { nil }

    // MARK: RequestLimiter

    func chargeRequest(_ principal: Principal, cost: Int) async throws(TenancyError) -> RateLimitStatus {
        let result = state.withLock { state in
            state.asked.charged += cost
            return state.script.limit
        }
        return try result.get()
    }

    // MARK: EphemeralKeyIssuer

    func mint(_ request: EphemeralKeyRequest, for principal: Principal) async throws(TenancyError) -> EphemeralKey {
        let failure = state.withLock { state in
            state.asked.minted.append(request)
            return state.script.mint
        }
        if let failure { throw failure }
        let issued = UnixTime(seconds: 1_000_000)
        return EphemeralKey(value: Secret("ek_test"), tokenID: "t1", issued: issued, expires: issued + request.lifetime)
    }

    func revoke(tokenID: String, tenant: TenantID) async throws(TenancyError) {}
    func publicKeySet() async throws(TenancyError) -> String { try state.withLock { $0.script.keySet }.get() }

    // MARK: TenantBehaviors

    func behavior(of tenant: TenantID) async throws(TenancyError) -> String? {
        try state.withLock { $0.script.behavior }.get()
    }

    func setBehavior(_ text: String?, of tenant: TenantID) async throws(TenancyError) {
        let result = state.withLock { state in
            if case .success = state.script.behavior { state.script.behavior = .success(text) }
            return state.script.behavior
        }
        _ = try result.get()
    }

    // MARK: TenantClips

    func clip(of tenant: TenantID) async throws(TenancyError) -> [UInt8]? {
        try state.withLock { $0.script.clip }.get()
    }

    func setClip(_ file: [UInt8]?, of tenant: TenantID) async throws(TenancyError) {
        let result = state.withLock { state in
            if case .success = state.script.clip { state.script.clip = .success(file) }
            return state.script.clip
        }
        _ = try result.get()
    }

    // MARK: Admission

    func admit(session: SessionID, principal: Principal) async throws(TenancyError) -> AdmissionTicket {
        throw TenancyError(.internal)
    }

    func assign(session: SessionID, principal: Principal) async throws(TenancyError) -> Assignment {
        let result = state.withLock { state in
            state.asked.assigned.append(session)
            let next = state.script.assignments[0]
            if state.script.assignments.count > 1 { state.script.assignments.removeFirst() }
            return next
        }
        return Self.assignment(session, address: try result.get())
    }

    func admitHere(
        session: SessionID, principal: Principal, worker: WorkerRegistration
    ) async throws(TenancyError) -> Assignment {
        state.withLock { $0.asked.here.append(worker.id) }
        return Self.assignment(session, address: worker.address)
    }

    func claim(
        session: SessionID, principal: Principal, worker: WorkerRegistration
    ) async throws(TenancyError) -> Assignment? { nil }
    func activate(_ assignment: Assignment) async throws(TenancyError) {}
    func renew(_ assignments: [Assignment]) async -> RenewalOutcome { RenewalOutcome() }
    func end(_ assignment: Assignment, reason: String) async {
        state.withLock { $0.asked.ended.append(assignment.session) }
    }

    private static func assignment(_ session: SessionID, address: String) -> Assignment {
        Assignment(
            session: session, tenant: principal.tenant, key: principal.key, worker: WorkerID("wrk_x"), address: address,
            fence: 1)
    }

    // MARK: WorkerRegistry

    func register(_ worker: WorkerRegistration) async throws(TenancyError) {}
    func heartbeat(_ worker: WorkerRegistration, isDraining: Bool) async throws(TenancyError) -> WorkerStatus.State {
        .ready
    }
    func setState(_ state: WorkerStatus.State, of worker: WorkerID) async throws(TenancyError) {}
    func remove(_ worker: WorkerID) async throws(TenancyError) {
        state.withLock { $0.asked.removed.append(worker) }
    }
    func workers() async throws(TenancyError) -> [WorkerStatus] { try state.withLock { $0.script.workers }.get() }

    static func worker(
        _ id: String, _ address: String, state: WorkerStatus.State = .ready, silence: Duration = .seconds(1)
    ) -> WorkerStatus {
        WorkerStatus(
            registration: WorkerRegistration(id: WorkerID(id), address: address, capacity: 10), state: state, used: 0,
            silence: silence)
    }
}
