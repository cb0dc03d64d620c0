import Core
import Testing

@testable import HTTPClient

@Suite("Parts of a request")
struct HTTPRequestPartsTests {
    @Test("a header becomes one line, and none when a byte could break it")
    func headerLines() {
        #expect(HTTPHeader("X-Name", "a b").line == "X-Name: a b")
        #expect(HTTPHeader("X-Name", "").line == "X-Name;")
        #expect(HTTPHeader("Authorization", prefix: "Bearer ", secret: Secret("k")).line == "Authorization: Bearer k")
        for (name, value) in [
            ("A", "b\r\nC: d"), ("A", "b\n"), ("A", "b\u{0}"), ("A B", "c"), ("A:", "c"), ("", "c"), ("Ä", "c"),
        ] {
            #expect(HTTPHeader(name, value).line == nil, "\(name.debugDescription) \(value.debugDescription)")
        }
    }

    @Test("a header's value shows in no description")
    func secrecy() {
        let request = HTTPClientRequest(.get, "http://x", headers: [HTTPHeader("Authorization", "Bearer topsecret")])
        #expect(!"\(request)".contains("topsecret"))
        #expect(!String(reflecting: request).contains("topsecret"))
    }

    @Test("a form has its fields and files between boundaries")
    func form() throws {
        var form = MultipartForm()
        form.append("model", "whisper")
        form.append("file", file: "a.wav", type: "audio/wav", [1, 2, 3])
        let boundary = try #require(form.contentType.split(separator: "=").last)
        let body = String(decoding: form.finish(), as: UTF8.self)
        #expect(
            body == "--\(boundary)\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper\r\n"
                + "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n"
                + "Content-Type: audio/wav\r\n\r\n\u{1}\u{2}\u{3}\r\n--\(boundary)--\r\n")
    }
}
