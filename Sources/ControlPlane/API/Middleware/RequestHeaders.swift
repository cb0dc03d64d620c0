import HTTPServer

/// What every answer carries: the request's id, the caller's own id for it, and how long it took.
struct RequestHeaders: Middleware {
    private static let clientIDLength = 512
    private let isPublic: Bool

    /// - Parameter isPublic: whether clients of the vendor see the answers and look for the vendor's fields.
    init(isPublic: Bool) { self.isPublic = isPublic }

    func handle(
        _ request: HTTPRequest, _ context: RequestContext, next: HTTPHandler.NonThrowing
    ) async -> HTTPResponse {
        var response = await next(request, context)
        response.fields["x-request-id"] = context.requestID.rawValue
        guard isPublic else { return response }
        let elapsed = ContinuousClock.now - context.received
        response.fields["openai-processing-ms"] = String(max(1, Int(elapsed / .milliseconds(1))))
        response.fields["openai-version"] = "2020-10-01"
        if let id = request.fields["x-client-request-id"], !id.isEmpty, id.utf8.count <= Self.clientIDLength,
            id.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        {
            response.fields["x-client-request-id"] = id
        }
        return response
    }
}
