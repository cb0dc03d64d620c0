/// A step around every handler of a router, called on the request's task: it may answer by itself, or change what goes
/// in or out.
package protocol Middleware: Sendable {
    func handle(
        _ request: HTTPRequest, _ context: RequestContext, next: HTTPHandler.NonThrowing
    ) async -> HTTPResponse
}

/// The code behind a route.
package enum HTTPHandler {
    /// Answers, or throws an `HTTPError` that answers for it; any other error becomes a 500.
    package typealias Throwing = @Sendable (HTTPRequest, RequestContext) async throws -> HTTPResponse
    /// Answers whatever happens.
    package typealias NonThrowing = @Sendable (HTTPRequest, RequestContext) async -> HTTPResponse
}

/// What a server hands its requests to; called on the request's task, from several at once.
package protocol HTTPResponder: Sendable {
    func respond(to request: HTTPRequest) async -> HTTPResponse

    /// The answer for a request that the server itself refuses. Called on a thread of the HTTP library: must not block.
    func refuse(_ fault: HTTPFault, method: HTTPMethod, peer: String) -> HTTPResponse
}
