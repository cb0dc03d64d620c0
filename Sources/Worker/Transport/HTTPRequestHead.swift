/// Request line and header fields of one request, as they stood on the wire.
struct HTTPRequestHead: Equatable {
    var method: String
    /// In origin form: starts with a slash.
    var target: String
    var isVersion11: Bool
    var headers: HTTPHeaders
}

/// Why a head is refused; each has one status.
enum HTTPHeadError: Error, Equatable {
    case malformed, tooLong, tooManyFields, unsupportedVersion

    var answer: HTTPAnswer {
        switch self {
        case .malformed: HTTPAnswer(status: 400, text: "The request is not well-formed HTTP/1.1.\n")
        case .tooLong: HTTPAnswer(status: 431, text: "The request head is too long.\n")
        case .tooManyFields: HTTPAnswer(status: 431, text: "The request has too many header fields.\n")
        case .unsupportedVersion: HTTPAnswer(status: 505, text: "Only HTTP/1.1 is spoken here.\n")
        }
    }
}
