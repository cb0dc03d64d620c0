/// A request method; anything a client sends is representable, only the named ones are ever routed.
package struct HTTPMethod: Sendable, Hashable, CustomStringConvertible {
    /// As it stood in the request line.
    package let rawValue: String
    /// The method with this exact (case-sensitive) name.
    package init(_ rawValue: String) { self.rawValue = rawValue }
    package var description: String { rawValue }

    /// GET.
    package static let get = HTTPMethod("GET")
    /// HEAD.
    package static let head = HTTPMethod("HEAD")
    /// POST.
    package static let post = HTTPMethod("POST")
    /// PUT.
    package static let put = HTTPMethod("PUT")
    /// PATCH.
    package static let patch = HTTPMethod("PATCH")
    /// DELETE.
    package static let delete = HTTPMethod("DELETE")
    /// OPTIONS.
    package static let options = HTTPMethod("OPTIONS")

    /// The name if it is one of the usual ones, otherwise `OTHER`: a closed set for metric labels.
    package var label: String {
        switch self {
        case .get, .head, .post, .put, .patch, .delete, .options: rawValue
        default: "OTHER"
        }
    }
}
