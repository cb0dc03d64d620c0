package import Core

/// One shape of the protocol: bytes to `ClientMessage`, `ServerEvent` to bytes.
///
/// One value per connection, used on its loop only.
package protocol RealtimeCodec {
    /// The audio of the last `inputAudioAppend`, decoded from base64: bytes in the session's input format. Reused by
    /// the next call.
    var audio: [UInt8] { get }

    /// The session's input format; the session sets it when a configuration takes effect. Audio whose byte count is not
    /// whole samples of it is refused. Starts as PCM16.
    var inputFormat: AudioFormat { get set }

    /// Reads one text frame (complete, UTF-8 not yet checked). Limits are checked before anything is allocated for
    /// them.
    /// - Throws: `ProtocolError` with `eventID` filled in wherever the frame had one.
    mutating func decode(_ frame: Span<UInt8>) throws(ProtocolError) -> ClientMessage

    /// Reads a frame apart from the connection, as `decode` would now.
    var frameReader: ClientFrameReader { get }

    /// Gives back what a large frame took; the audio is gone afterwards where it was large.
    mutating func giveBack()

    /// Appends the frame for `event` to `output`, with `eventID` in it; appends nothing where this shape has no such
    /// event.
    func encode(_ event: ServerEvent, eventID: EventID, into output: inout [UInt8])
}
