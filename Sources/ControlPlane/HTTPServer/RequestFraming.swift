/// What the HTTP library lets through although it is ambiguous or malformed (RFC 9112 sections 6.1 and 6.3).
enum RequestFraming {
    /// Why the request is refused, or nil.
    static func fault(method: HTTPMethod, _ fields: HTTPFields) -> HTTPFault? {
        let lengths = fields.values("content-length")
        let codings = fields.values("transfer-encoding")
        if !lengths.isEmpty, !codings.isEmpty {
            return .malformed("Content-Length and Transfer-Encoding must not come together.")
        }
        if lengths.count > 1 || codings.count > 1 {
            return .malformed("Content-Length or Transfer-Encoding came twice.")
        }
        if let length = lengths.first, length.isEmpty || !length.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return .malformed("Content-Length is not a number.")
        }
        if let coding = codings.first, coding.lowercased() != "chunked" {
            return .malformed("Transfer-Encoding must be chunked.")
        }
        if fields.values("host").count > 1 { return .malformed("Host came twice.") }
        for field in fields.all where field.value.utf8.contains(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7f }) {
            return .malformed("A header field holds a control character.")
        }
        guard method.rawValue.utf8.allSatisfy({ (0x41...0x5a).contains($0) }) else {
            return .malformed("The method is not a valid one.")
        }
        return nil
    }

    /// The announced length of the body; saturated if it does not fit.
    static func contentLength(_ fields: HTTPFields) -> Int? {
        fields["content-length"].map { Int($0) ?? .max / 2 }
    }
}
