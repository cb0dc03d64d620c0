package import Core

/// What a provider sent with a tool call and wants back with it, such as the signature of a thought.
///
/// The conversation carries it as one text. Only the provider that wrote it gets it back.
package struct ToolCallExtra: Sendable, Equatable {
    /// Who wrote it.
    package var provider: String
    /// Members of the call's JSON object, as they came.
    package var members: [String: JSONValue]

    /// Bytes of one text; what is longer is left out, and the provider may refuse the call.
    package static let longest = 64 << 10

    /// Members that `provider` sent.
    package init(provider: String, members: [String: JSONValue]) {
        self.provider = provider
        self.members = members
    }

    /// What `text` says; nil if it is not such a text.
    package init?(_ text: String) {
        guard let value = try? JSONValue.parse(text), let provider = value["provider"]?.string,
            let members = value["members"]?.object
        else { return nil }
        self.init(provider: provider, members: members)
    }

    /// As a text; nil if it is empty or too long.
    package var text: String? {
        guard !members.isEmpty else { return nil }
        let text = JSONValue.object(["provider": .string(provider), "members": .object(members)]).serialized
        return text.utf8.count <= Self.longest ? text : nil
    }
}
