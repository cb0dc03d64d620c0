import HTTPServer

/// Lets pages of other origins call the public API (https://fetch.spec.whatwg.org/#http-cors-protocol).
///
/// No cookies are ever used, so no credentials mode is offered.
struct CORS: Middleware {
    private static let methods = "GET, POST, PUT, DELETE, OPTIONS"
    private static let exposed = [
        "x-request-id", "openai-processing-ms", "retry-after", "retry-after-ms", "x-should-retry",
        "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests",
    ].joined(separator: ", ")
    private let allowed: Set<String>

    /// Allows these origins; `*` among them allows all, and each is answered with its own name.
    init(origins: [String]) { allowed = Set(origins) }

    func handle(
        _ request: HTTPRequest, _ context: RequestContext, next: HTTPHandler.NonThrowing
    ) async -> HTTPResponse {
        let origin = request.fields["origin"]
        let isPreflight = request.method == .options && request.fields["access-control-request-method"] != nil
        var response = isPreflight && origin != nil ? HTTPResponse(.noContent) : await next(request, context)
        response.fields.append("vary", "origin")
        guard let origin, allowed.contains("*") || allowed.contains(origin) else { return response }
        response.fields["access-control-allow-origin"] = origin
        guard isPreflight else {
            response.fields["access-control-expose-headers"] = Self.exposed
            return response
        }
        response.fields["access-control-allow-methods"] = Self.methods
        response.fields["access-control-max-age"] = "600"
        if let wanted = request.fields["access-control-request-headers"], Self.isListOfNames(wanted) {
            response.fields["access-control-allow-headers"] = wanted
            response.fields.append("vary", "access-control-request-headers")
        }
        return response
    }

    /// Only names of fields and commas: the value is sent back.
    private static func isListOfNames(_ text: String) -> Bool {
        text.utf8.count <= 1024
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ","),
                    UInt8(ascii: " "):
                    true
                default: false
                }
            }
    }
}
