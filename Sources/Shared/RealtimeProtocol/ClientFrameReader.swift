/// Reads one frame apart from its connection, with buffers of its own; on any thread.
///
/// A large frame takes tens of milliseconds, which no loop has.
package struct ClientFrameReader: Sendable {
    /// What the frame says, and the audio of an append.
    package typealias Frame = (message: Result<ClientMessage, ProtocolError>, audio: [UInt8])

    private let decoder: ClientEventDecoder

    init(like decoder: borrowing ClientEventDecoder) { self.decoder = decoder.fresh }

    /// Reads `frame` as the connection's decoder would have at the time when this reader was made.
    package func read(_ frame: [UInt8]) -> Frame {
        var decoder = decoder
        do throws(ProtocolError) {
            let message = try decoder.decode(frame.span)
            return (.success(message), decoder.audio)
        } catch {
            return (.failure(error), [])
        }
    }
}
