package import Core

/// One answer; the body is complete in memory.
package struct HTTPResponse: Sendable {
    /// Its status.
    package var status: HTTPStatus
    /// Header fields; length, date and connection are added by the server.
    package var fields: HTTPFields
    /// All of it; left out for HEAD, 204 and 304.
    package var body: [UInt8]
    /// Whether the connection is closed once this is sent.
    package var closesConnection = false

    /// An answer with these parts.
    package init(_ status: HTTPStatus, fields: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// An answer whose body is text of the given media type.
    package static func text(
        _ status: HTTPStatus, _ text: String, type: String = "text/plain; charset=utf-8"
    ) -> HTTPResponse {
        HTTPResponse(status, fields: ["content-type": type], body: Array(text.utf8))
    }

    /// An answer whose body is the JSON value that `body` writes.
    package static func json(_ status: HTTPStatus, _ body: (inout JSONWriter) -> Void) -> HTTPResponse {
        var bytes: [UInt8] = []
        JSONWriter.append(to: &bytes, body)
        return HTTPResponse(status, fields: ["content-type": "application/json; charset=utf-8"], body: bytes)
    }
}
