import Cryptography
import Testing

@Suite struct PrimitiveTests {
    @Test func `SHA-256 matches the example of FIPS 180-4`() {
        #expect(SHA256.digest("abc") == bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
        #expect(SHA256.digest("") == bytes("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
    }

    @Test func `SHA-1 names a script as Redis does`() {
        #expect(SHA1.digest(Array("return 1".utf8)) == bytes("e0e1f9fabfc9d4800c877a703b823ac0578ff8db"))
    }

    @Test(arguments: [
        // RFC 4231, test cases 1, 2, 3 and 6.
        (
            String(repeating: "0b", count: 20), "4869205468657265",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            String(repeating: "aa", count: 20), String(repeating: "dd", count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            String(repeating: "aa", count: 131),
            "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func `HMAC matches RFC 4231`(key: String, message: String, code: String) {
        #expect(HMACSHA256.authenticate(bytes(message), key: SymmetricKey(bytes(key))) == bytes(code))
    }

    @Test func `HKDF matches RFC 5869, with salt and info and without`() throws {
        let secret = bytes(String(repeating: "0b", count: 22))
        let first = try HKDF.deriveBytes(
            from: secret, salt: bytes("000102030405060708090a0b0c"), info: bytes("f0f1f2f3f4f5f6f7f8f9"), length: 42)
        #expect(
            first == bytes("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"))
        let third = try HKDF.deriveBytes(from: secret, info: [], length: 42)
        #expect(
            third == bytes("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"))
    }

    @Test func `Constant-time comparison tells equal from unequal`() {
        #expect(constantTimeEqual([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2]))
        #expect(constantTimeEqual([], []))
    }

    @Test func `CRC-32 matches the check value of its catalogue`() {
        #expect(CRC32.checksum("123456789".utf8) == 0xCBF4_3926)
        #expect(CRC32.checksum("".utf8) == 0)
    }

    @Test func `Random bytes differ from call to call`() throws {
        let (a, b) = (try RandomBytes.generate(32), try RandomBytes.generate(32))
        #expect(a.count == 32 && a != b)
        #expect(try RandomBytes.generate(0).isEmpty)
    }

    @Test func `Base64url gives back every byte string and takes only one text for each`() {
        #expect(Base64URL.encode(Array("fo".utf8)) == "Zm8")
        #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8")
        for length in 0..<70 {
            let input = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ length) }
            #expect(Base64URL.decode(Base64URL.encode(input)) == input)
        }
        for bad in ["Zm8=", "Zm9", "A", "Zm+v", "Zm/v", "Zm 8", "Zé"] { #expect(Base64URL.decode(bad) == nil) }
    }
}
