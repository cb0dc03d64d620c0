import Core
import HTTPServer
import Tenancy

/// What stands before a tenant's REST calls: who is it, and may it send one more request.
struct Access: Sendable {
    /// What to do when the caller's requests cannot be counted.
    enum Counting {
        /// Refuse: the call writes to the store anyway.
        case required
        /// Go on without the headers: a read that needs no store.
        case bestEffort
    }

    let authenticator: any Authenticator
    let limiter: any RequestLimiter

    /// A handler that runs `body` for callers with a good key and requests left; every answer tells where they stand.
    func handler(
        _ counting: Counting,
        _ body: @escaping @Sendable (HTTPRequest, RequestContext, Principal) async throws -> HTTPResponse
    ) -> HTTPHandler.Throwing {
        { request, context in
            let principal = try await authenticate(request)
            let standing = try await charge(principal, counting)
            var response: HTTPResponse
            do {
                response = try await body(request, context, principal)
            } catch let error as any HTTPError {
                response = .error(error, requestID: context.requestID)
            }
            if let standing { RateLimitHeaders.add(standing, to: &response.fields) }
            response.fields["openai-organization"] = principal.tenant.rawValue
            return response
        }
    }

    private func authenticate(_ request: HTTPRequest) async throws(APIError) -> Principal {
        do throws(TenancyError) {
            guard let key = Credentials.ofCall(request.fields) else { throw TenancyError(.missingCredentials) }
            return try await authenticator.authenticate(key)
        } catch {
            throw APIError(error)
        }
    }

    private func charge(_ principal: Principal, _ counting: Counting) async throws(APIError) -> RateLimitStatus? {
        do throws(TenancyError) {
            return try await limiter.chargeRequest(principal, cost: 1)
        } catch {
            if counting == .bestEffort, error.code == .storeUnavailable { return nil }
            throw APIError(error)
        }
    }
}
