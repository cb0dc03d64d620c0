import Core

extension ProtocolError {
    /// Writes the members of an `error` object; all five are always there.
    func write(into writer: inout JSONWriter) {
        writer.member("type", type.rawValue)
        writer.member("code", orNull: code?.rawValue)
        writer.member("message", message)
        writer.member("param", orNull: parameter)
        writer.member("event_id", orNull: eventID)
    }

    /// Appends the body of a REST refusal: `{"error":{"message","type","param","code"}}` (protocol section 1.6).
    package func encodeBody(into output: inout [UInt8]) {
        JSONWriter.append(to: &output) { writer in
            writer.object { writer in
                writer.member(
                    "error",
                    object: { writer in
                        writer.member("message", message)
                        writer.member("type", type.rawValue)
                        writer.member("param", orNull: parameter)
                        writer.member("code", orNull: code?.rawValue)
                    })
            }
        }
    }
}
