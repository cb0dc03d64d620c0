/// An answer whose headers have arrived; the body follows as it is read.
package struct HTTPClientResponse: Sendable {
    /// The status code, 200 to 599.
    package let status: Int
    /// The headers.
    package let headers: HTTPResponseHeaders
    /// The body, to be read by one task.
    package let body: HTTPResponseBody
}
