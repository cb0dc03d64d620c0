import Core
package import Observability
import Synchronization

/// Finds the handler of a request and runs it inside the middleware: every request gets exactly one answer.
///
/// Built once, then immutable; used from any thread.
package final class Router: HTTPResponder {
    /// One entry of the table: method, path template (`/v1/models/{id}`) and the code behind it.
    package struct Route: Sendable {
        /// The method it answers; GET answers HEAD too.
        package let method: HTTPMethod
        /// Its path, with a name in braces for a segment that varies.
        package let template: String
        /// The code behind it.
        package let handler: HTTPHandler.Throwing

        /// An entry with these values.
        package init(_ method: HTTPMethod, _ template: String, _ handler: @escaping HTTPHandler.Throwing) {
            self.method = method
            self.template = template
            self.handler = handler
        }
    }

    private let trie: RouterTrie<HTTPHandler.Throwing>
    private let middleware: [any Middleware]
    private let refusalObserver: @Sendable (HTTPMethod, RequestContext, HTTPResponse) -> Void
    private let trustedProxies: Set<String>
    private let logger: Logger
    private let ids = Mutex(IdentifierSource())

    /// A router over these routes.
    ///
    /// - Parameters:
    ///   - routes: the table; two routes that collide are a fault of ours.
    ///   - middleware: the first one is the outermost.
    ///   - trustedProxies: peers whose `x-forwarded-for` names the client.
    ///   - logger: gets a line for each handler that fails in a way it did not foresee.
    ///   - refusalObserver: told of answers that the server gave without the middleware, to log and count them; must
    ///     not block.
    package init(
        _ routes: [Route], middleware: [any Middleware] = [], trustedProxies: Set<String> = [], logger: Logger,
        refusalObserver: @escaping @Sendable (HTTPMethod, RequestContext, HTTPResponse) -> Void = { _, _, _ in }
    ) {
        var trie = RouterTrie<HTTPHandler.Throwing>()
        for route in routes { trie.insert(route.method, route.template, route.handler) }
        self.trie = trie
        self.middleware = middleware
        self.trustedProxies = trustedProxies
        self.logger = logger
        self.refusalObserver = refusalObserver
    }

    /// The answer to a complete request.
    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        let match = trie.match(request.target.segments)
        let context = context(match, peer: request.peer, forwardedFor: request.fields["x-forwarded-for"])
        return await run(middleware[...], endpoint: endpoint(match, request.method), request, context)
    }

    /// The answer to a request that the server itself refuses; says that the connection closes.
    package func refuse(_ fault: HTTPFault, method: HTTPMethod, peer: String) -> HTTPResponse {
        let context = context(nil, peer: peer, forwardedFor: nil)
        var response = HTTPResponse.error(fault, requestID: context.requestID)
        response.fields["x-request-id"] = context.requestID.rawValue
        response.closesConnection = true
        refusalObserver(method, context, response)
        return response
    }

    /// HEAD is answered by GET's handler; the server leaves the body out.
    private func endpoint(
        _ match: RouterTrie<HTTPHandler.Throwing>.Match?, _ method: HTTPMethod
    ) -> HTTPHandler.Throwing {
        guard let match else { return { _, _ in throw HTTPFault.notFound } }
        if let handler = match.values[method] { return handler }
        if method == .head, let handler = match.values[.get] { return handler }
        var allowed = Set(match.values.keys)
        if allowed.contains(.get) { allowed.insert(.head) }
        let methods = allowed.sorted { $0.rawValue < $1.rawValue }
        return { _, _ in throw HTTPFault.methodNotAllowed(methods) }
    }

    private func run(
        _ rest: ArraySlice<any Middleware>, endpoint: @escaping HTTPHandler.Throwing, _ request: HTTPRequest,
        _ context: RequestContext
    ) async -> HTTPResponse {
        if let first = rest.first {
            return await first.handle(request, context) { request, context in
                await self.run(rest.dropFirst(), endpoint: endpoint, request, context)
            }
        }
        do {
            return try await endpoint(request, context)
        } catch let error as any HTTPError {
            return .error(error, requestID: context.requestID)
        } catch {
            // The type's name says where to look; the error's text could hold user content.
            context.logger.error("handler failed", [.error: .string(String(describing: type(of: error)))])
            return .error(HTTPFault.internal, requestID: context.requestID)
        }
    }

    private func context(
        _ match: RouterTrie<HTTPHandler.Throwing>.Match?, peer: String, forwardedFor: String?
    ) -> RequestContext {
        let id = ids.withLock { $0.next(RequestID.self) }
        var client = peer
        if trustedProxies.contains(peer), let forwardedFor, let last = forwardedFor.split(separator: ",").last {
            client = String(last.filter { $0 != " " }.prefix(64))
        }
        return RequestContext(
            requestID: id, route: match?.template ?? "unmatched", parameters: match?.parameters ?? [:],
            clientAddress: client, received: .now, logger: logger.with([.request: LogValue(id)]))
    }
}
