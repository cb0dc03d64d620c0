import Cryptography
import HTTPServer

extension HTTPResponse {
    /// This answer with a strong `ETag` of its body, or 304 where the client has it already (RFC 9110 section 13.1.2).
    func revalidated(for request: HTTPRequest) -> HTTPResponse {
        let tag = "\"\(Base64URL.encode(Array(SHA256.digest(body).prefix(12))))\""
        var response = self
        let known: [String] = request.fields.values("if-none-match").flatMap { list in
            list.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
        }
        if known.contains(where: { $0 == tag || $0 == "W/\(tag)" || $0 == "*" }) {
            response = HTTPResponse(.notModified)
            response.fields["cache-control"] = fields["cache-control"]
        }
        response.fields["etag"] = tag
        return response
    }
}
