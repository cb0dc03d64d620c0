package import Agents
import Budgets
package import Core
package import Cryptography
import EventLoops
package import HTTPClient
package import Pipeline
package import RealtimeProtocol

/// Calls tools at their tenants' endpoints: one signed POST for each call.
///
/// DESIGN. The client is the tools' own: it keeps connections, and one that was made for a provider at a private address must not
/// serve a tenant. Where a request may go is decided when the address is known and before the socket is connected, so a name that
/// changes its address gains nothing; redirects are not followed and no proxy is used. A call is repeated only where nothing of
/// it was done (no connection, or 503), under the same `webhook-id`, within the tool's time-out. Nothing of a call is logged.
package struct HTTPServerToolCaller: ServerToolCaller {
    /// Where time of day comes from, who signs, and who is told how calls end.
    package struct Environment: Sendable {
        /// The time that signatures carry.
        package var time: @Sendable () -> UnixTime
        /// The key of a tenant.
        package var secret: @Sendable (TenantID) throws(CryptographyError) -> WebhookSecret
        /// Told about each call when it is over; runs on the loop.
        package var observe: @Sendable (ServerToolOutcome, Duration) -> Void

        /// An environment of these parts.
        package init(
            time: @escaping @Sendable () -> UnixTime,
            secret: @escaping @Sendable (TenantID) throws(CryptographyError) -> WebhookSecret,
            observe: @escaping @Sendable (ServerToolOutcome, Duration) -> Void = { _, _ in }
        ) {
            self.time = time
            self.secret = secret
            self.observe = observe
        }
    }

    private let client: HTTPClient
    private let policy: DestinationPolicy
    private let environment: Environment
    private let gate = CallGate(.serverTools(SessionBudgets(), WorkerBudgets()))

    /// The wait before the first repetition of a call; it doubles with each.
    private static let firstPause = Duration.milliseconds(200)
    /// Most times one call is made.
    private static let attempts = 3

    /// A caller that goes where `policy` lets it; `client` is used by nobody else.
    package init(client: HTTPClient, policy: DestinationPolicy, environment: Environment) {
        self.client = client
        self.policy = policy
        self.environment = environment
    }

    /// What the model is told about `call`.
    package func answer(
        _ call: LanguageModelRequest.ToolCall, of tool: ServerToolDefinition, for owner: ServerToolOwner
    ) async -> String {
        let start = client.loop.now
        let answer: ToolAnswer
        let account = WorkOwner(session: owner.session, tenant: owner.tenant)
        if gate.enter(account) == nil {
            answer = await ask(call, tool, owner, until: start + tool.timeout)
            gate.leave(account)
        } else {
            answer = ToolAnswer(.busy, code: "busy", "Too many tools are running. Try again later.")
        }
        environment.observe(answer.outcome, client.loop.now - start)
        return answer.output
    }

    private func ask(
        _ call: LanguageModelRequest.ToolCall, _ tool: ServerToolDefinition, _ owner: ServerToolOwner,
        until deadline: MonotonicInstant
    ) async -> ToolAnswer {
        guard let url = ServerToolURL(tool.url), let secret = try? environment.secret(owner.tenant) else {
            return ToolAnswer(HTTPClientError(.internal))
        }
        let message = ToolMessage(call, for: owner, secret: secret)
        var pause = Self.firstPause
        for attempt in 1... {
            let answer = await post(message, url, timeout: deadline - client.loop.now)
            guard answer.mayRepeat, attempt < Self.attempts, client.loop.now + pause < deadline else { return answer }
            do { try await client.loop.sleep(for: pause) } catch { return ToolAnswer(HTTPClientError(.cancelled)) }
            pause += pause
        }
        // `1...` has no end.
        preconditionFailure("the last attempt returns")
    }

    private func post(_ message: ToolMessage, _ url: ServerToolURL, timeout: Duration) async -> ToolAnswer {
        var request = message.request(to: url.text, at: environment.time(), timeout: timeout)
        let policy = policy
        request.admits = { address, port in policy.admits(address, port: port, for: url) }
        do throws(HTTPClientError) {
            return try await client.withResponse(to: request, failure: { $0 }) { response throws(HTTPClientError) in
                let isGood = (200...299).contains(response.status)
                let limit = isGood ? ToolAnswer.resultLimit : ToolAnswer.explanationLimit
                var body: [UInt8] = []
                while body.count <= limit, let bytes = try await response.body.next() { body += bytes }
                let isCut = body.count > limit
                return ToolAnswer(status: response.status, body: isCut ? Array(body.prefix(limit)) : body, isCut: isCut)
            }
        } catch {
            return ToolAnswer(error)
        }
    }
}
