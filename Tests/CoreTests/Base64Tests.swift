import Core
import Foundation
import Testing

@Suite("Base64")
struct Base64Tests {
    /// The vectors of RFC 4648 section 10.
    @Test(
        "agrees with the vectors of the RFC",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(plain: String, encoded: String) throws {
        #expect(encode(Array(plain.utf8)) == encoded)
        #expect(try decode(encoded) == Array(plain.utf8))
    }

    @Test("agrees with Foundation on random bytes of every length")
    func random() throws {
        var random = SplitMix64(seed: 1)
        for length in 0..<300 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = encode(bytes)
            #expect(text == Data(bytes).base64EncodedString())
            #expect(try decode(text) == bytes)
        }
    }

    @Test(
        "refuses what is not base64",
        arguments: [
            "Z", "Zg", "Zg=", "Zm8", "Zm9vY", "Z===", "====", "Zg==Zg==", "Zm=v", "Zm9v=", "Zm9 ", "Zm9v\n", "Zm-v",
            "Zm_v", "Zm9\u{0}", "Zmé=",
            "Zh==", "Zm9=", "=Zm9", "Zg=g",
        ])
    func refusals(text: String) {
        #expect(throws: Base64.DecodingError.self) { try decode(text) }
    }

    @Test("refuses each byte outside the alphabet at each place")
    func alphabet() {
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for place in 0..<4 {
            for byte in UInt8.min...UInt8.max {
                var text = Array("AAAABBBB".utf8)
                text[place] = byte
                var output: [UInt8] = []
                let isValid = (try? Base64.decode(text.span, into: &output)) != nil
                #expect(isValid == alphabet.contains(byte))
            }
        }
    }

    @Test("appends when encoding and replaces when decoding")
    func buffers() throws {
        var text = Array("x=".utf8)
        Base64.encode([1, 2, 3].span, into: &text)
        #expect(String(decoding: text, as: UTF8.self) == "x=AQID")
        var bytes: [UInt8] = [9, 9, 9, 9, 9]
        try Base64.decode(Array("AQID".utf8).span, into: &bytes)
        #expect(bytes == [1, 2, 3])
        #expect(throws: Base64.DecodingError.self) { try Base64.decode(Array("AQ!D".utf8).span, into: &bytes) }
        #expect(bytes.isEmpty)
    }

    private func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        Base64.encode(bytes.span, into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private func decode(_ text: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try Base64.decode(Array(text.utf8).span, into: &bytes)
        return bytes
    }
}
