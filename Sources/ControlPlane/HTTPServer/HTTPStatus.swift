/// A response status code (RFC 9110 section 15); the library adds the reason phrase.
package struct HTTPStatus: Sendable, Hashable, CustomStringConvertible {
    /// 200 to 599.
    package let code: Int
    /// The status with this code.
    package init(_ code: Int) { self.code = code }
    package var description: String { String(code) }

    /// OK.
    package static let ok = HTTPStatus(200)
    /// No Content.
    package static let noContent = HTTPStatus(204)
    /// Not Modified.
    package static let notModified = HTTPStatus(304)
    /// Bad Request.
    package static let badRequest = HTTPStatus(400)
    /// Unauthorized.
    package static let unauthorized = HTTPStatus(401)
    /// Forbidden.
    package static let forbidden = HTTPStatus(403)
    /// Not Found.
    package static let notFound = HTTPStatus(404)
    /// Method Not Allowed.
    package static let methodNotAllowed = HTTPStatus(405)
    /// Content Too Large.
    package static let payloadTooLarge = HTTPStatus(413)
    /// Unsupported Media Type.
    package static let unsupportedMediaType = HTTPStatus(415)
    /// Upgrade Required.
    package static let upgradeRequired = HTTPStatus(426)
    /// Too Many Requests.
    package static let tooManyRequests = HTTPStatus(429)
    /// Internal Server Error.
    package static let internalServerError = HTTPStatus(500)
    /// Service Unavailable.
    package static let serviceUnavailable = HTTPStatus(503)
    /// Gateway Timeout.
    package static let gatewayTimeout = HTTPStatus(504)
}
