package import Core

/// One header of a request.
///
/// Its value never shows in a description, as it may be a credential.
package struct HTTPHeader: Sendable, Hashable {
    /// The header's name.
    package let name: String
    /// The header's value.
    package let value: Secret

    /// A header with this value.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = Secret(value)
    }

    /// A header with a credential as value, after `prefix` ("Bearer ").
    package init(_ name: String, prefix: String = "", secret: Secret) {
        self.name = name
        value = Secret(prefix + secret.revealed)
    }

    /// "Name: value" as libcurl wants it; nil if a byte could end the line or is not allowed in a name.
    ///
    /// A header without value is spelled "Name;" (https://curl.se/libcurl/c/CURLOPT_HTTPHEADER.html).
    var line: String? {
        // RFC 9110 5.6.2: token characters.
        let isToken = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        }
        // RFC 9110 5.5: no control character but the tab.
        let isValue = value.revealed.utf8.allSatisfy { $0 == 9 || ($0 >= 0x20 && $0 != 0x7F) }
        guard isToken, isValue, !name.isEmpty else { return nil }
        return value.revealed.isEmpty ? "\(name);" : "\(name): \(value.revealed)"
    }
}
