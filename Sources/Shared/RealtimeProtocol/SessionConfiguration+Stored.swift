import Core

// DESIGN: a session's configuration is minted in one process and used in another, so it is stored as JSON text under a
// reference. The text is ours, not a client's: a version, the kind, and the fields of a GA session whatever the kind,
// so that nothing is lost. Of the behaviour, what differs from the product's defaults is stored. Keys of MCP servers are in it; whoever stores it treats it as a secret. Equal configurations
// give equal bytes.

extension SessionConfiguration {
    private static let storedVersion = 1

    /// Appends the stored form.
    package func encodeStored(into output: inout [UInt8]) {
        JSONWriter.append(to: &output) { writer in
            writer.object { writer in
                writer.member("version", Self.storedVersion)
                writer.member("kind", kind.rawValue)
                if let temperature { writer.member("temperature", temperature) }
                writer.key("antiphon")
                let product = SessionBehavior()
                BehaviorField.write(behavior, into: &writer) { !$0.isEqual(behavior, product) }
                writer.member("shows_antiphon", showsBehavior)
                writer.member(
                    "session",
                    object: { writer in
                        SessionEncoder(shape: .ga, showsSecrets: true).gaRealtime(self, into: &writer)
                    })
            }
        }
    }

    /// Reads the stored form.
    /// - Throws: `ProtocolError` of type `server_error` if the text was not written by `encodeStored` of this version.
    package init(stored text: Span<UInt8>) throws(ProtocolError) {
        do throws(ProtocolError) {
            self = try Self.decodeStored(text)
        } catch {
            throw ProtocolError(.serverError, "The stored session configuration cannot be read.", type: .server)
        }
    }

    private static func decodeStored(_ text: Span<UInt8>) throws(ProtocolError) -> SessionConfiguration {
        var tape = JSONTape()
        do throws(JSONError) {
            try tape.parse(
                text, limits: JSONLimits(bytes: 4 * ProtocolLimits.serverFrameBytes, values: ProtocolLimits.jsonValues))
        } catch {
            throw .invalidJSON(error)
        }
        let document = JSONDocument(text, tape)
        let stored = try ObjectReader(document, document.root, path: "")
        _ = try stored.required("version")
        _ = try stored.integer("version", storedVersion...storedVersion)
        let kind = try stored.choice("kind", [SessionKind.realtime, .transcription]) ?? .realtime
        let session = try ObjectReader(document, stored.required("session"), path: "session")
        let decoded = try SessionDecoder.gaFields(session, kind: .realtime, ServerVAD())
        var result = decoded.update.applied(to: SessionConfiguration(kind: kind, model: decoded.model ?? ""))
        result.temperature = try stored.decimal("temperature", ProtocolLimits.temperature)
        if let value = stored.value("antiphon") {
            let behavior = try BehaviorUpdate(document, value, path: "antiphon", isStored: true)
            result.behavior = behavior.applied(to: result.behavior, startedWith: result.behavior)
        }
        result.showsBehavior = try stored.bool("shows_antiphon") ?? false
        return result
    }
}
