import Core

/// An error that says itself how the client is told about it; any other error becomes a plain 500.
package protocol HTTPError: Error {
    /// The status of the answer.
    var status: HTTPStatus { get }
    /// What goes into the body: type, code, parameter and a sentence, none of which may hold a secret.
    var details: HTTPErrorDetails { get }
    /// Further header fields, for example `retry-after`.
    var fields: HTTPFields { get }
}

extension HTTPError {
    /// None.
    package var fields: HTTPFields { [:] }
}

/// The members of an error body (`{"error":{…}}`, protocol section 1.6).
package struct HTTPErrorDetails: Sendable, Equatable {
    /// One sentence for the client.
    package var message: String
    /// For example `invalid_request_error`.
    package var type: String
    /// The path of the offending field.
    package var parameter: String?
    /// For programs: one of a closed set.
    package var code: String?

    /// Details with these values.
    package init(_ message: String, type: String, parameter: String? = nil, code: String? = nil) {
        self.message = message
        self.type = type
        self.parameter = parameter
        self.code = code
    }
}

extension HTTPResponse {
    /// The answer for `error`: its status and fields, its details as JSON with the request's id.
    package static func error(_ error: any HTTPError, requestID: RequestID) -> HTTPResponse {
        let details = error.details
        var response = HTTPResponse.json(error.status) { json in
            json.object { json in
                json.key("error")
                json.object { json in
                    json.key("message")
                    json.string(details.message)
                    json.key("type")
                    json.string(details.type)
                    // Clients read all four members: what is unknown is null.
                    json.key("param")
                    json.optional(details.parameter)
                    json.key("code")
                    json.optional(details.code)
                    json.key("request_id")
                    json.string(requestID.rawValue)
                }
            }
        }
        for field in error.fields.all { response.fields.append(field.name, field.value) }
        return response
    }
}

extension JSONWriter {
    /// A string, or null.
    fileprivate mutating func optional(_ text: String?) {
        if let text { string(text) } else { null() }
    }
}
