/// A request method; anything a client sends is representable, only the named ones are ever routed.
package struct HTTPMethod: Sendable, Hashable, CustomStringConvertible {
    /// As it stood in the request line.
    package let rawValue: String
    /// The method with this exact (case-sensitive) name.
    package init(_ rawValue: String) { self.rawValue = rawValue }
    package var description: String { rawValue }

    package static let get = HTTPMethod("GET")
    package static let head = HTTPMethod("HEAD")
    package static let post = HTTPMethod("POST")
    package static let put = HTTPMethod("PUT")
    package static let patch = HTTPMethod("PATCH")
    package static let delete = HTTPMethod("DELETE")
    package static let options = HTTPMethod("OPTIONS")

    /// The name if it is one of the usual ones, otherwise `OTHER`: a closed set for metric labels.
    package var label: String {
        switch self {
        case .get, .head, .post, .put, .patch, .delete, .options: rawValue
        default: "OTHER"
        }
    }
}
