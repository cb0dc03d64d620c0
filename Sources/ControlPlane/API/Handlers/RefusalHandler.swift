import Core
import HTTPServer
import Tenancy

/// A refusal on its way from the assignment through the edge to the refusal endpoint: `code` or `code;milliseconds`.
struct Refusal: Equatable {
    let code: TenancyError.Code
    let retryAfter: Duration?

    init(_ error: TenancyError) {
        code = error.code
        retryAfter = error.retryAfter
    }

    /// Reads a header value; nil if it is none of ours.
    init?(headerValue: String) {
        let parts = headerValue.split(separator: ";", omittingEmptySubsequences: false)
        guard let first = parts.first, let code = TenancyError.Code(rawValue: String(first)), parts.count <= 2 else {
            return nil
        }
        self.code = code
        retryAfter = parts.count == 2 ? Int(parts[1]).flatMap { $0 >= 0 ? .milliseconds($0) : nil } : nil
    }

    /// The header value.
    var headerValue: String {
        retryAfter.map { "\(code.rawValue);\(max(0, $0.wholeMilliseconds))" } ?? code.rawValue
    }
}

/// What the edge proxies a refused upgrade to: the true status, in the shape of every other error.
enum RefusalHandler {
    static let get: HTTPHandler.Throwing = { request, _ in
        let refusal = request.fields["x-antiphon-refusal"].flatMap(Refusal.init(headerValue:))
        throw APIError(refusal.map { TenancyError($0.code, retryAfter: $0.retryAfter) } ?? TenancyError(.noCapacity))
    }
}
