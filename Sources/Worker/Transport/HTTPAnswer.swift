/// A plain HTTP answer; the connection is closed after it.
package struct HTTPAnswer: Sendable, Equatable {
    /// The status code: 200, 401, 429.
    package var status: Int
    /// Name and value in the order sent.
    ///
    /// Content-Length, Connection and Date are the server's own.
    package var headers: [(name: String, value: String)]
    /// What follows the head.
    package var body: [UInt8]

    /// An answer from bytes.
    package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// An answer in text, as `text/plain` unless a header says otherwise.
    package init(status: Int, headers: [(name: String, value: String)] = [], text: String) {
        self.init(status: status, headers: headers, body: Array(text.utf8))
        if !headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            self.headers.append(("Content-Type", "text/plain; charset=utf-8"))
        }
    }

    package static func == (a: Self, b: Self) -> Bool {
        a.status == b.status && a.body == b.body && a.headers.elementsEqual(b.headers) { $0 == $1 }
    }

    /// The bytes on the wire.
    ///
    /// The body is left out for HEAD; a header with a line break in it is left out altogether.
    func encoded(withBody: Bool) -> [UInt8] {
        var head = "HTTP/1.1 \(status) \(Self.reason(status))\r\n"
        for (name, value) in headers where Self.isSafe(name) && Self.isSafe(value) { head += "\(name): \(value)\r\n" }
        head += "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
        return Array(head.utf8) + (withBody ? body : [])
    }

    private static func isSafe(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 204: "No Content"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 426: "Upgrade Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: "Status"
        }
    }
}
