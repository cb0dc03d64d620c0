/// The body of a multipart/form-data upload (RFC 7578), built in memory.
package struct MultipartForm: Sendable {
    private var bytes: [UInt8] = []
    private let boundary: String

    /// An empty form.
    ///
    /// The boundary has 160 random bits, so that no content holds it.
    package init() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("0123456789abcdef".utf8)
        boundary =
            "antiphon-"
            + String(decoding: (0..<40).map { _ in alphabet[Int.random(in: 0..<16, using: &generator)] }, as: UTF8.self)
    }

    /// The Content-Type header of the request.
    package var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    /// Adds a text field.
    package mutating func append(_ name: StaticString, _ value: String) {
        begin("Content-Disposition: form-data; name=\"\(name)\"\r\n")
        bytes += value.utf8
        bytes += "\r\n".utf8
    }

    /// Adds a text field whose name is not known beforehand; what would end the name is written as HTML forms write it.
    package mutating func append(field name: String, _ value: String) {
        var escaped = ""
        for character in name.unicodeScalars {
            switch character {
            case "\"": escaped += "%22"
            case "\r": escaped += "%0D"
            case "\n": escaped += "%0A"
            default: escaped.unicodeScalars.append(character)
            }
        }
        begin("Content-Disposition: form-data; name=\"\(escaped)\"\r\n")
        bytes += value.utf8
        bytes += "\r\n".utf8
    }

    /// Adds a file.
    package mutating func append(_ name: StaticString, file: StaticString, type: StaticString, _ content: [UInt8]) {
        bytes.reserveCapacity(bytes.count + content.count + 512)
        begin(
            "Content-Disposition: form-data; name=\"\(name)\"; filename=\"\(file)\"\r\nContent-Type: \(type)\r\n")
        bytes += content
        bytes += "\r\n".utf8
    }

    /// The whole body.
    package consuming func finish() -> [UInt8] {
        bytes += "--\(boundary)--\r\n".utf8
        return bytes
    }

    private mutating func begin(_ headers: String) {
        bytes += "--\(boundary)\r\n".utf8
        bytes += headers.utf8
        bytes += "\r\n".utf8
    }
}
