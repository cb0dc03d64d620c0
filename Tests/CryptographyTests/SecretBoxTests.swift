import Core
import Testing

@testable import Cryptography

@Suite struct SecretBoxTests {
    @Test func `AES-256-GCM matches test case 16 of its specification`() throws {
        let key = SymmetricKey(bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
        let nonce = bytes("cafebabefacedbaddecaf888")
        let context = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2")
        let plaintext = bytes(
            """
            d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525
            b16aedf5aa0de657ba637b39
            """)
        let sealed = bytes(
            """
            522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838
            c5f61e6393ba7a0abcc9f662 76fc6ece0f4e1768cddf8853bb2d551b
            """)
        #expect(try AES256GCM.seal(plaintext, key: key, nonce: nonce, authenticating: context) == sealed)
        #expect(try AES256GCM.open(sealed[...], key: key, nonce: nonce, authenticating: context) == plaintext)
    }

    @Test func `What is sealed opens in its own context only`() throws {
        let box = SecretBox(key: try .random())
        let sealed = try box.seal(Array("the secret".utf8), context: "ten_a|cred_1|value")
        #expect(try box.open(sealed, context: "ten_a|cred_1|value") == Array("the secret".utf8))
        let error = #expect(throws: CryptographyError.self) { try box.open(sealed, context: "ten_b|cred_1|value") }
        #expect(error?.code == .unsealFailed)
        #expect(throws: CryptographyError.self) {
            try SecretBox(key: try .random()).open(sealed, context: "ten_a|cred_1|value")
        }
        #expect(
            try box.seal(Array("the secret".utf8), context: "c") != box.seal(Array("the secret".utf8), context: "c"))
    }

    @Test func `Every changed or missing byte is noticed`() throws {
        let box = SecretBox(key: try .random())
        let sealed = try box.seal([1, 2, 3], context: "c")
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: CryptographyError.self) { try box.open(changed, context: "c") }
            #expect(throws: CryptographyError.self) { try box.open(Array(sealed.prefix(index)), context: "c") }
        }
        #expect(try box.open(box.seal([], context: "c"), context: "c").isEmpty)
    }

    @Test func `A new key version still opens what the old one sealed`() throws {
        let (old, new) = (try SymmetricKey.random(), try SymmetricKey.random())
        let sealed = try SecretBox(key: old, version: 1).seal([7], context: "c")
        #expect(try SecretBox(key: new, version: 2, older: [1: old]).open(sealed, context: "c") == [7])
        #expect(throws: CryptographyError.self) { try SecretBox(key: new, version: 2).open(sealed, context: "c") }
    }

    @Test func `A master key comes from a file or a passphrase, and only from a good one`() throws {
        let hexadecimal = String(repeating: "0123456789abcdef", count: 4)
        let fromHex = try MasterKey(fileContents: Secret(hexadecimal + "\n"))
        let fromBase64 = try MasterKey(fileContents: Secret("ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8="))
        #expect(fromHex.fileContents == fromBase64.fileContents)
        #expect(try fromHex.subkey(.apiKeyPepper).bytes != fromHex.subkey(.signingKeys).bytes)
        #expect(try MasterKey(passphrase: Secret(hexadecimal)).fileContents != fromHex.fileContents)
        for bad in ["", "short", String(hexadecimal.dropLast()), hexadecimal + "00", String(repeating: "é", count: 32)]
        {
            #expect(throws: CryptographyError.self) { try MasterKey(fileContents: Secret(bad)) }
        }
        #expect(throws: CryptographyError.self) {
            try MasterKey(passphrase: Secret(String(repeating: "x", count: 31)))
        }
    }

    @Test func `Keys never print`() throws {
        let key = SymmetricKey([1, 2, 3])
        #expect("\(key)" == "***" && String(reflecting: key) == "***")
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!dumped.contains("bytes"))
        #expect(!"\(try MasterKey(fileContents: Secret(String(repeating: "ab", count: 32))))".contains("171"))
    }
}
