package import Core

/// The current shape of the protocol.
///
/// One value per connection, used on its loop only.
package struct GARealtimeCodec: RealtimeCodec {
    private var decoder: ClientEventDecoder
    private let encoder = ServerEventEncoder(shape: .ga)

    /// A codec for a new connection; `turnDetection` is what a `server_vad` has where the client does not say.
    package init(turnDetection: ServerVAD = ServerVAD()) {
        decoder = ClientEventDecoder(shape: .ga, turnDetection: turnDetection)
    }

    /// The audio of the last append; see `RealtimeCodec.audio`.
    package var audio: [UInt8] { decoder.audio }

    /// The session's input format; see `RealtimeCodec.inputFormat`.
    package var inputFormat: AudioFormat {
        get { decoder.inputFormat }
        set { decoder.inputFormat = newValue }
    }

    /// Reads one frame; see `RealtimeCodec.decode`.
    package mutating func decode(_ frame: Span<UInt8>) throws(ProtocolError) -> ClientMessage {
        try decoder.decode(frame)
    }

    /// Reads a frame elsewhere; see `RealtimeCodec.frameReader`.
    package var frameReader: ClientFrameReader { ClientFrameReader(like: decoder) }

    /// Gives back large buffers; see `RealtimeCodec.giveBack`.
    package mutating func giveBack() { decoder.giveBack() }

    /// Writes one frame; see `RealtimeCodec.encode`.
    package func encode(_ event: ServerEvent, eventID: EventID, into output: inout [UInt8]) {
        encoder.encode(event, eventID: eventID, into: &output)
    }
}
