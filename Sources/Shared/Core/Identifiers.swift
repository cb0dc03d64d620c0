/// An identifier with a fixed prefix, as clients see it (protocol section 6.4).
///
/// Distinct types keep an item id from being passed where a response id is meant. A value that came from a client is
/// kept verbatim; its length is checked by the decoder, not here.
package protocol PrefixedIdentifier: Sendable, Hashable, CustomStringConvertible {
    /// What every id of this kind made by us starts with, underscore included.
    static var prefix: String { get }
    /// The whole id, prefix included.
    var rawValue: String { get }
    /// An id with this exact text.
    init(_ rawValue: String)
}

extension PrefixedIdentifier {
    package var description: String { rawValue }
}

/// One Realtime session: `sess_…`.
package struct SessionID: PrefixedIdentifier {
    package static let prefix = "sess_"
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// One conversation: `conv_…`.
package struct ConversationID: PrefixedIdentifier {
    package static let prefix = "conv_"
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// One conversation item: `item_…`, or the client's own text.
package struct ItemID: PrefixedIdentifier {
    package static let prefix = "item_"
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// One response: `resp_…`.
package struct ResponseID: PrefixedIdentifier {
    package static let prefix = "resp_"
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// One tool call: `call_…`, at most 32 characters.
package struct CallID: PrefixedIdentifier {
    package static let prefix = "call_"
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// One server event: `event_…`.
package struct EventID: PrefixedIdentifier {
    package static let prefix = "event_"
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// One tenant: `ten_…`.
package struct TenantID: PrefixedIdentifier {
    package static let prefix = "ten_"
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// One tenant API key's public id: `key_…` (never the secret).
package struct KeyID: PrefixedIdentifier {
    package static let prefix = "key_"
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// One run of one worker process: `wrk_…`; a restart makes a new one.
package struct WorkerID: PrefixedIdentifier {
    package static let prefix = "wrk_"
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}
