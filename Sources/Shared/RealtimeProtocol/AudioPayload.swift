import Core

/// Base64 audio inside a client's text.
enum AudioPayload {
    /// Replaces `audio` by the bytes that the string `value` stands for.
    ///
    /// Reads straight from the text; only a string with escapes (`\/` is legal there) is copied first.
    /// - Throws: `invalid_value` if it is not base64 or breaks a sample in two, `string_above_max_length` if it is too
    ///   long.
    static func decode(
        _ document: JSONDocument, _ value: JSONReference, path: @autoclosure () -> String, format: AudioFormat,
        into audio: inout [UInt8]
    ) throws(ProtocolError) {
        guard document.kind(value) == .string else {
            throw .wrongType(path(), expected: "a string", got: document.kind(value))
        }
        let maximum = Base64.encodedLength(ProtocolLimits.appendBytes)
        guard document.rawRange(value).count <= maximum || document.unescapedBytes(value) == nil else {
            throw .tooLong(path(), maximum: maximum, length: document.rawRange(value).count)
        }
        do throws(Base64.DecodingError) {
            if let bytes = document.unescapedBytes(value) {
                try Base64.decode(bytes, into: &audio)
            } else {
                try Base64.decode(Array((document.string(value) ?? "").utf8).span, into: &audio)
            }
        } catch {
            throw .audio(path(), format)
        }
        guard audio.count <= ProtocolLimits.appendBytes else {
            let length = Base64.encodedLength(audio.count)
            audio = []
            throw .tooLong(path(), maximum: maximum, length: length)
        }
        guard audio.count % format.bytesPerSample == 0 else {
            audio.removeAll(keepingCapacity: true)
            throw .audio(path(), format)
        }
    }
}
