import Core
import HTTPServer
import Synchronization
import Tenancy

/// `GET /.well-known/jwks.json`: the public keys that session keys are signed with.
///
/// While the store is away the last answer is given again, so that whoever verifies keeps verifying.
final class KeySetHandler: Sendable {
    private let issuer: any EphemeralKeyIssuer
    private let last = Mutex<String?>(nil)

    init(issuer: any EphemeralKeyIssuer) { self.issuer = issuer }

    var get: HTTPHandler.Throwing {
        { request, _ in
            var response = HTTPResponse.text(.ok, try await self.keys(), type: "application/jwk-set+json")
            response.fields["cache-control"] = "public, max-age=300"
            return response.revalidated(for: request)
        }
    }

    private func keys() async throws(APIError) -> String {
        do throws(TenancyError) {
            let keys = try await issuer.publicKeySet()
            last.withLock { $0 = keys }
            return keys
        } catch {
            guard error.code == .storeUnavailable, let known = last.withLock({ $0 }) else { throw APIError(error) }
            return known
        }
    }
}
