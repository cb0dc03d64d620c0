/// Which of the two published spellings of the protocol a connection speaks; fixed when it connects (protocol section
/// 0.1).
package enum RealtimeShape: String, Sendable, CaseIterable {
    /// The current spelling: `session.type`, `response.output_audio.delta`.
    case ga
    /// The spelling of 2024 and 2025: flat session, `response.audio.delta`.
    case beta

    /// The shape of a new connection; the first sign of beta wins, anything else is GA.
    ///
    /// - Parameters:
    ///   - betaHeader: the value of the `OpenAI-Beta` request header, a comma list; nil if there is none.
    ///   - subprotocols: the subprotocols that the client offered.
    ///   - mintedShape: the shape of the endpoint that made the ephemeral key; nil for other credentials.
    ///   - isBetaAddress: whether the address is one at which the older shape is spoken, such as Azure's preview.
    /// - Returns: the shape, which decides the codec.
    package static func selected(
        betaHeader: String? = nil, subprotocols: [String] = [], mintedShape: RealtimeShape? = nil,
        isBetaAddress: Bool = false
    ) -> RealtimeShape {
        let features = (betaHeader ?? "").split(separator: ",").map {
            $0.filter { $0 != " " && $0 != "\t" }.lowercased()
        }
        if features.contains("realtime=v1") || subprotocols.contains("openai-beta.realtime-v1") { return .beta }
        return mintedShape == .beta || isBetaAddress ? .beta : .ga
    }

    /// A codec for one connection of this shape; `turnDetection` is what a `server_vad` has where the client does not say.
    package func makeCodec(turnDetection: ServerVAD = ServerVAD()) -> any RealtimeCodec {
        switch self {
        case .ga: GARealtimeCodec(turnDetection: turnDetection)
        case .beta: BetaRealtimeCodec(turnDetection: turnDetection)
        }
    }
}
