import COpenSSL

/// Why a cryptographic operation or a token was refused.
package struct CryptographyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The closed set of reasons.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// OpenSSL reported a fault; `message` holds its own words.
        case primitiveFailed = "primitive_failed"
        /// Key material has the wrong length, curve or encoding.
        case invalidKey = "invalid_key"
        /// Sealed bytes were changed, cut, or sealed under another key or context.
        case unsealFailed = "unseal_failed"
        /// Text is longer than anything genuine.
        case tooLong = "too_long"
        /// Not three base64url parts of the expected JSON.
        case malformedToken = "malformed_token"
        /// `alg` is not the one algorithm we use.
        case wrongAlgorithm = "wrong_algorithm"
        /// `typ` is not the kind of token expected here.
        case wrongType = "wrong_type"
        /// `kid` is missing or has characters a key id never has.
        case invalidKeyID = "invalid_key_id"
        /// The signature does not match.
        case invalidSignature = "invalid_signature"
        /// `iss` is somebody else.
        case wrongIssuer = "wrong_issuer"
        /// `aud` is somebody else.
        case wrongAudience = "wrong_audience"
        /// `exp` has passed.
        case expired = "expired"
        /// `nbf` or `iat` is in the future.
        case notYetValid = "not_yet_valid"
    }

    /// Which of the documented reasons.
    package let code: Code
    /// For logs; holds no key material and nothing of the input.
    package let message: String

    /// An error with this reason.
    package init(_ code: Code, _ message: String = "") {
        self.code = code
        self.message = message
    }

    package var description: String { message.isEmpty ? code.rawValue : "\(code.rawValue): \(message)" }

    /// The newest entry of this thread's OpenSSL error queue, which is emptied (ERR_get_error(3)).
    static func openSSL(_ operation: StaticString, _ code: Code = .primitiveFailed) -> CryptographyError {
        var number: UInt = 0
        while case let next = ERR_get_error(), next != 0 { number = next }
        guard number != 0 else { return CryptographyError(code, "\(operation)") }
        var text = [CChar](repeating: 0, count: 256)
        unsafe text.withUnsafeMutableBufferPointer { buffer in
            unsafe ERR_error_string_n(number, buffer.baseAddress, buffer.count)
        }
        let reason = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return CryptographyError(code, "\(operation): \(reason)")
    }
}
