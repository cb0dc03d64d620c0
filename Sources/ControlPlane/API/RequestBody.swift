import HTTPServer

extension HTTPRequest {
    /// Refuses a body that says it is something else than JSON; one that says nothing is taken for JSON.
    func requireJSON() throws(APIError) {
        guard !body.isEmpty, let mediaType else { return }
        guard mediaType == "application/json" || mediaType.hasSuffix("+json") else { throw .unsupportedMediaType }
    }
}
