import Core
import Cryptography
import Testing

@testable import Tenancy

@Suite struct APIKeyTextTests {
    @Test func `A key reads back with its public id, in characters legal in a WebSocket subprotocol`() throws {
        for _ in 0..<200 {
            let key = try APIKeyText()
            let text = key.text.revealed
            #expect(text.utf8.count == APIKeyText.length && text.hasPrefix("ap_live_"))
            #expect(
                text.utf8.allSatisfy {
                    Character(Unicode.Scalar($0)).isLetter || Character(Unicode.Scalar($0)).isNumber || $0 == 0x5F
                })
            let read = try #require(APIKeyText(parsing: key.text))
            #expect(read == key && text.contains(key.id.rawValue.dropFirst(4)))
            #expect("\(key)".contains(text.suffix(40)) == false)
        }
    }

    @Test func `Every single wrong character is noticed without asking anybody`() throws {
        let text = Array(try APIKeyText().text.revealed)
        for index in text.indices {
            var changed = text
            changed[index] = text[index] == "7" ? "8" : "7"
            #expect(APIKeyText(parsing: Secret(String(changed))) == nil)
            #expect(APIKeyText(parsing: Secret(String(text.prefix(index)))) == nil)
        }
        for index in text.indices.dropLast() where text[index] != text[index + 1] {
            var swapped = text
            swapped.swapAt(index, index + 1)
            #expect(APIKeyText(parsing: Secret(String(swapped))) == nil)
        }
    }

    @Test func `A text of the operator's own has an id that does not show it, and bad ones have none`() throws {
        let digest = try APIKeyDigest(masterKey: .random())
        let text = Secret("my-own-secret-key-1234")
        let id = try #require(digest.keyID(of: text))
        #expect(id == digest.keyID(of: text) && !id.rawValue.contains("own"))
        #expect(try APIKeyDigest(masterKey: .random()).keyID(of: text) != id)
        for bad in [
            "", "fifteen-letters", "has a blank in it", "ünïcode-is-no-key", "ek_0123456789abcdef",
            "ap_live_0123456789abcdef", String(repeating: "x", count: 513),
        ] {
            #expect(digest.keyID(of: Secret(bad)) == nil)
        }
        #expect(digest.keyID(of: Secret("sixteen--letters")) != nil)
    }

    @Test func `Codes differ by key and by pepper`() throws {
        let (a, b) = (try APIKeyDigest(masterKey: .random()), try APIKeyDigest(masterKey: .random()))
        let (one, two) = (try APIKeyText().text, try APIKeyText().text)
        #expect(a.code(of: one) != a.code(of: two) && a.code(of: one) != b.code(of: one))
        #expect(a.code(of: one) == a.code(of: one) && a.code(of: one).count == 32)
    }
}
