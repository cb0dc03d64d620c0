extension SessionConfiguration {
    /// Throws when the events that show this session would be longer than every client accepts (protocol section 8.8).
    ///
    /// Each field has a limit of its own, but updates add up.
    package func checkSize() throws(ProtocolError) {
        var text: [UInt8] = []
        encodeStored(into: &text)
        guard text.count <= ProtocolLimits.sessionBytes else {
            throw .tooLong("session", maximum: ProtocolLimits.sessionBytes, length: text.count)
        }
    }
}
