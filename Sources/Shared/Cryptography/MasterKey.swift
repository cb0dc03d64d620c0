package import Core
import Foundation

/// The one secret an operator keeps outside the store; everything else is derived from it by purpose.
package struct MasterKey: Sendable {
    /// Shortest `JWT_SECRET` accepted, in characters.
    package static let shortestPassphrase = 32
    private let key: SymmetricKey

    /// From the contents of the key file: 32 bytes as 64 hexadecimal digits or as base64.
    ///
    /// Throws `invalid_key`.
    package init(fileContents: Secret) throws(CryptographyError) {
        let text = fileContents.revealed.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let bytes = Self.hexadecimal(text) ?? Self.base64(text), bytes.count == 32 else {
            throw CryptographyError(.invalidKey, "the master key file must hold 32 bytes as hexadecimal or base64")
        }
        key = SymmetricKey(bytes)
    }

    /// Derived from `JWT_SECRET`, 32 characters or more.
    ///
    /// Throws `invalid_key`.
    package init(passphrase: Secret) throws(CryptographyError) {
        guard passphrase.revealed.count >= Self.shortestPassphrase else {
            throw CryptographyError(.invalidKey, "JWT_SECRET must have at least \(Self.shortestPassphrase) characters")
        }
        key = SymmetricKey(
            try HKDF.deriveBytes(
                from: Array(passphrase.revealed.utf8), salt: Array("antiphon".utf8), info: Array("master key v1".utf8)))
    }

    private init(key: SymmetricKey) { self.key = key }

    /// A new key, for tests and for writing a new key file.
    ///
    /// Throws `primitive_failed`.
    package static func random() throws(CryptographyError) -> MasterKey { MasterKey(key: try .random()) }

    /// The contents of a key file for this key.
    package var fileContents: Secret {
        Secret(key.bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() + "\n")
    }

    /// The key for one purpose; knowing it tells nothing about the others.
    ///
    /// Throws `primitive_failed`.
    package func subkey(_ purpose: Purpose) throws(CryptographyError) -> SymmetricKey {
        SymmetricKey(try HKDF.deriveBytes(from: key.bytes, info: Array("antiphon \(purpose.rawValue)".utf8)))
    }

    /// What subkeys are for.
    ///
    /// The raw values are part of the stored data: never change one.
    package enum Purpose: String, Sendable, CaseIterable {
        case apiKeyPepper = "api key pepper v1"
        case signingKeys = "signing keys v1"
        case sessionConfigurations = "session configurations v1"
        case tenantBehavior = "tenant behavior v1"
        case providerCredentials = "provider credentials v1"
        case toolSigning = "tool signing v1"
    }

    private static func hexadecimal(_ text: String) -> [UInt8]? {
        let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == 64, text.utf8.count == 64 else { return nil }
        return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private static func base64(_ text: String) -> [UInt8]? {
        let urlSafe = text.utf8.map {
            $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0
        }
        return Base64URL.decode(urlSafe.prefix { $0 != UInt8(ascii: "=") })
    }
}
