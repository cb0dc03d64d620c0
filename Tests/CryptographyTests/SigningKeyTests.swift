import Cryptography
import Testing

@Suite struct SigningKeyTests {
    @Test func `The example signature of RFC 7515 appendix A.3 is accepted, and nothing near it`() throws {
        let key = try VerifyingKey(
            x: #require(Base64URL.decode("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU")),
            y: #require(Base64URL.decode("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")))
        let input = Array(
            """
            eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ
            """.utf8)
        let signature = try #require(
            Base64URL.decode("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"))
        #expect(key.isValid(signature: signature, for: input))
        #expect(!key.isValid(signature: signature, for: input + [0]))
        #expect(!key.isValid(signature: Array(signature.dropLast()), for: input))
        #expect(!key.isValid(signature: [], for: input))
        #expect(!key.isValid(signature: [UInt8](repeating: 0, count: 64), for: input))
        #expect(!key.isValid(signature: [UInt8](repeating: 0xFF, count: 64), for: input))
    }

    @Test func `A key signs, and survives export and import`() throws {
        let key = try SigningKey()
        let copy = try SigningKey(pkcs8: key.exportPKCS8())
        let message = Array("message".utf8)
        for _ in 0..<50 {
            let signature = try copy.sign(message)
            #expect(signature.count == 64)
            #expect(try key.publicKey().isValid(signature: signature, for: message))
        }
        #expect(try !SigningKey().publicKey().isValid(signature: key.sign(message), for: message))
    }

    @Test func `Anything that is not a P-256 key is refused`() throws {
        #expect(throws: CryptographyError.self) { try SigningKey(pkcs8: []) }
        #expect(throws: CryptographyError.self) { try SigningKey(pkcs8: Array("not a key".utf8)) }
        // A point that is not on the curve, and one of the wrong size.
        #expect(throws: CryptographyError.self) {
            try VerifyingKey(x: [UInt8](repeating: 1, count: 32), y: [UInt8](repeating: 2, count: 32))
        }
        #expect(throws: CryptographyError.self) { try VerifyingKey(x: [1], y: [2]) }
        // An Ed25519 key in PKCS #8 (RFC 8410 section 10.3).
        let other = bytes(
            "302e020100300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842")
        let error = #expect(throws: CryptographyError.self) { try SigningKey(pkcs8: other) }
        #expect(error?.code == .invalidKey)
    }

    @Test func `A public key is the same key after its JSON form`() throws {
        let key = try SigningKey().publicKey()
        let id = JSONWebKey.thumbprint(key)
        let text = JSONWebKey(key, keyID: id).json
        let read = try #require(JSONWebKey(json: text))
        #expect(read == JSONWebKey(key, keyID: id))
        #expect(try read.verifyingKey().x == key.x && read.verifyingKey().y == key.y)
        #expect(JSONWebToken.isKeyID(id))
        #expect(JSONWebKey(json: "{}") == nil && JSONWebKey(json: "nonsense") == nil)
        let foreign = text.replacing("P-256", with: "P-384")
        #expect(throws: CryptographyError.self) { try JSONWebKey(json: foreign)?.verifyingKey() }
    }
}
