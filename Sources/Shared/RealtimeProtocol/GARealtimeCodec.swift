package import Core

/// The current shape of the protocol. One value per connection, used on its loop only.
package struct GARealtimeCodec: RealtimeCodec {
    private var decoder = ClientEventDecoder(shape: .ga)
    private let encoder = ServerEventEncoder(shape: .ga)

    /// A codec for a new connection.
    package init() {}

    package var audio: [UInt8] { decoder.audio }

    package var inputFormat: AudioFormat {
        get { decoder.inputFormat }
        set { decoder.inputFormat = newValue }
    }

    package mutating func decode(_ frame: Span<UInt8>) throws(ProtocolError) -> ClientMessage { try decoder.decode(frame) }

    package func encode(_ event: ServerEvent, eventID: EventID, into output: inout [UInt8]) {
        encoder.encode(event, eventID: eventID, into: &output)
    }
}
