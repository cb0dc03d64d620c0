import Core
import Cryptography

/// The written form of our API keys: `ap_live_<16 characters, public>_<43 characters, secret><6 characters, CRC-32>`.
///
/// Letters, digits and `_` only: legal in a header, in a WebSocket subprotocol name (RFC 9110 `token`), and one word to a
/// double click. The checksum covers everything before it, so a typing error is refused without asking the store.
struct APIKeyText: Sendable, Hashable {
    static let prefix = "ap_live_"
    static let identifierLength = 16
    /// 62^43 exceeds 2^256.
    static let secretLength = 43
    static let checksumLength = 6
    static let length = prefix.utf8.count + identifierLength + 1 + secretLength + checksumLength
    /// Shortest and longest text taken over as a key when it is not in our form.
    static let importedLengths = 16...512

    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    let id: KeyID
    let text: Secret

    /// A new key.
    ///
    /// Throws `primitive_failed`.
    init() throws(CryptographyError) {
        let identifier = try Self.random(Self.identifierLength)
        id = KeyID("\(KeyID.prefix)\(identifier)")
        text = Secret(Self.withChecksum("\(Self.prefix)\(identifier)_\(try Self.random(Self.secretLength))"))
    }

    /// The key written in `secret`; nil if it is not in our form or its checksum is wrong.
    init?(parsing secret: Secret) {
        let text = secret.revealed
        let bytes = Array(text.utf8)
        guard bytes.count == Self.length, text.hasPrefix(Self.prefix) else { return nil }
        let start = Self.prefix.utf8.count
        let identifier = bytes[start..<(start + Self.identifierLength)]
        guard bytes[start + Self.identifierLength] == UInt8(ascii: "_"), identifier.allSatisfy(Self.alphabet.contains),
            bytes[(start + Self.identifierLength + 1)...].allSatisfy(Self.alphabet.contains)
        else { return nil }
        let body = String(decoding: bytes.dropLast(Self.checksumLength), as: UTF8.self)
        guard text == Self.withChecksum(body) else { return nil }
        id = KeyID("\(KeyID.prefix)\(String(decoding: identifier, as: UTF8.self))")
        self.text = secret
    }

    /// Whether `text` claims to be in our form.
    static func claimsForm(_ text: Secret) -> Bool { text.revealed.hasPrefix(prefix) }

    /// Whether `text` may be taken over as a key: visible ASCII of a sensible length that is no ephemeral key.
    static func isImportable(_ text: Secret) -> Bool {
        importedLengths.contains(text.revealed.utf8.count)
            && text.revealed.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            && !text.revealed.hasPrefix(EphemeralKeyText.prefix)
    }

    /// `body` and its checksum.
    static func withChecksum(_ body: String) -> String {
        var value = CRC32.checksum(body.utf8)
        var digits: [UInt8] = []
        for _ in 0..<checksumLength {
            digits.append(alphabet[Int(value % 62)])
            value /= 62
        }
        return body + String(decoding: digits.reversed(), as: UTF8.self)
    }

    /// `count` characters, each equally likely: bytes past the last multiple of 62 are thrown away.
    private static func random(_ count: Int) throws(CryptographyError) -> String {
        var characters: [UInt8] = []
        while characters.count < count {
            for byte in try RandomBytes.generate(64) where byte < 248 && characters.count < count {
                characters.append(alphabet[Int(byte % 62)])
            }
        }
        return String(decoding: characters, as: UTF8.self)
    }
}
