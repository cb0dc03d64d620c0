import CAPIDocument
import HTTPServer

/// `GET /openapi.yaml`: the contract, as it was when this was built.
package enum OpenAPIDocument {
    /// The document's text.
    package static let text: String = {
        var size = 0
        let start = unsafe antiphon_api_document(&size)
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: size), as: UTF8.self)
    }()

    static let get: HTTPHandler.Throwing = { request, _ in
        var response = HTTPResponse.text(.ok, text, type: "application/yaml; charset=utf-8")
        response.fields["cache-control"] = "public, max-age=300"
        return response.revalidated(for: request)
    }
}
