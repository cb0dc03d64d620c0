import Core

// DESIGN: a frame is read once into the tape, which checks its JSON and its limits; then its fields are read in place.
// The envelope (`type`, `event_id`) comes first wherever it stands in the frame, so that every refusal can name the
// event. Appended audio, the only frequent event, is decoded from base64 straight into `audio`, whose storage is kept;
// nothing else is allocated for it but the client's `event_id`. The first fault ends the reading. With duplicate keys
// the last one counts.

/// Reads the client events of one connection.
struct ClientEventDecoder: Sendable {
    let shape: RealtimeShape
    private let turnDetection: ServerVAD
    /// The session's input format; decides whether an appended byte count can be whole samples.
    var inputFormat: AudioFormat = .pcm16
    private(set) var audio: [UInt8] = []
    private var tape = JSONTape()

    /// `turnDetection` holds the defaults of a `server_vad` whose fields a client leaves out.
    init(shape: RealtimeShape, turnDetection: ServerVAD) {
        self.shape = shape
        self.turnDetection = turnDetection
    }

    /// Storage kept for the next append; more than any client's usual frame, and little beside a session's other
    /// memory.
    private static let keptAudioBytes = 32 * 1024
    private static let limits = JSONLimits(
        bytes: ProtocolLimits.clientFrameBytes, depth: ProtocolLimits.jsonDepth, values: ProtocolLimits.jsonValues)

    /// A decoder that reads as this one does, and holds nothing.
    var fresh: ClientEventDecoder {
        var decoder = ClientEventDecoder(shape: shape, turnDetection: turnDetection)
        decoder.inputFormat = inputFormat
        return decoder
    }

    /// Gives back the buffers that a large frame needed.
    mutating func giveBack() {
        if audio.capacity > Self.keptAudioBytes { audio = [] }
        tape.giveBack()
    }

    /// Reads one frame; see `RealtimeCodec.decode`.
    mutating func decode(_ frame: Span<UInt8>) throws(ProtocolError) -> ClientMessage {
        do throws(JSONError) {
            try tape.parse(frame, limits: Self.limits)
        } catch {
            throw .invalidJSON(error)
        }
        // Moved out while the tape is being viewed, and back afterwards; never copied.
        var audio: [UInt8] = []
        swap(&audio, &self.audio)
        defer { swap(&audio, &self.audio) }
        let document = JSONDocument(frame, tape)
        guard document.kind(document.root) == .object else {
            throw ProtocolError(.invalidEvent, "Invalid event: expected a JSON object.")
        }
        let event = try ObjectReader(document, document.root, path: "")
        let eventID = try event.string("event_id", maximum: ProtocolLimits.eventIDLength)
        do throws(ProtocolError) {
            return ClientMessage(
                eventID: eventID,
                event: try Self.event(
                    event, shape: shape, turnDetection: turnDetection, inputFormat: inputFormat, audio: &audio))
        } catch {
            var error = error
            error.eventID = eventID
            throw error
        }
    }

    private static let appendFields: [StaticString] = ["type", "event_id", "audio"]

    private static func event(
        _ event: borrowing ObjectReader, shape: RealtimeShape, turnDetection: ServerVAD, inputFormat: AudioFormat,
        audio: inout [UInt8]
    ) throws(ProtocolError) -> ClientEvent {
        guard let type = event.given("type") else { throw ProtocolError(.invalidEvent, "The 'type' field is missing.") }
        guard event.document.isKey(type, "input_audio_buffer.append") else {
            return try rareEvent(
                event, event.text(type, "type", maximum: ProtocolLimits.shortTextLength), shape: shape,
                turnDetection: turnDetection, inputFormat: inputFormat)
        }
        try event.refuseUnknown(appendFields)
        try AudioPayload.decode(
            event.document, event.required("audio"), path: "audio", format: inputFormat, into: &audio)
        return .inputAudioAppend
    }

    private static func rareEvent(
        _ event: borrowing ObjectReader, _ type: String, shape: RealtimeShape, turnDetection: ServerVAD,
        inputFormat: AudioFormat
    ) throws(ProtocolError) -> ClientEvent {
        switch type {
        case "session.update": return try sessionUpdate(event, shape: shape, turnDetection)
        case "transcription_session.update" where shape == .beta:
            try event.refuseUnknown(["type", "event_id", "session"])
            let session = try ObjectReader(event.document, event.required("session"), path: "session")
            return .sessionUpdate(try SessionDecoder.betaTranscription(session, turnDetection).update)
        case "input_audio_buffer.commit":
            try event.refuseUnknown(["type", "event_id"])
            return .inputAudioCommit
        case "input_audio_buffer.clear":
            try event.refuseUnknown(["type", "event_id"])
            return .inputAudioClear
        case "output_audio_buffer.clear":
            try event.refuseUnknown(["type", "event_id"])
            return .outputAudioClear
        case "conversation.item.create":
            return try itemCreate(event, ItemDecoder(shape: shape, inputFormat: inputFormat))
        case "conversation.item.retrieve": return .itemRetrieve(try itemID(event, others: []))
        case "conversation.item.delete": return .itemDelete(try itemID(event, others: []))
        case "conversation.item.truncate": return try itemTruncate(event)
        case "response.create":
            return .responseCreate(try responseCreate(event, ItemDecoder(shape: shape, inputFormat: inputFormat)))
        case "response.cancel":
            try event.refuseUnknown(["type", "event_id", "response_id"])
            return .responseCancel(try event.string("response_id").map { ResponseID($0) })
        default: throw .unsupported(type, "type", supported: supportedTypes(shape))
        }
    }

    /// The client events of `shape`, in the order in which an error lists them.
    static func supportedTypes(_ shape: RealtimeShape) -> [String] {
        ["session.update"] + (shape == .beta ? ["transcription_session.update"] : []) + [
            "input_audio_buffer.append", "input_audio_buffer.commit", "input_audio_buffer.clear",
            "output_audio_buffer.clear",
            "conversation.item.create", "conversation.item.retrieve", "conversation.item.delete",
            "conversation.item.truncate",
            "response.create", "response.cancel",
        ]
    }

    private static func sessionUpdate(
        _ event: borrowing ObjectReader, shape: RealtimeShape, _ turnDetection: ServerVAD
    ) throws(ProtocolError) -> ClientEvent {
        try event.refuseUnknown(["type", "event_id", "session"])
        let session = try ObjectReader(event.document, event.required("session"), path: "session")
        return switch shape {
        case .ga: .sessionUpdate(try SessionDecoder.ga(session, turnDetection).update)
        case .beta: .sessionUpdate(try SessionDecoder.beta(session, turnDetection).update)
        }
    }

    private static func itemCreate(_ event: borrowing ObjectReader, _ decoder: ItemDecoder) throws(ProtocolError)
        -> ClientEvent
    {
        try event.refuseUnknown(["type", "event_id", "previous_item_id", "item"])
        let previous: PreviousItem =
            switch try event.string("previous_item_id") {
            case nil, "": .tail
            case "root": .head
            case .some(let id): .after(ItemID(id))
            }
        let item = try ObjectReader(event.document, event.required("item"), path: "item")
        return .itemCreate(try decoder.item(item), previous: previous)
    }

    private static func itemID(_ event: borrowing ObjectReader, others: [StaticString]) throws(ProtocolError) -> ItemID
    {
        try event.refuseUnknown(["type", "event_id", "item_id"] + others)
        return ItemID(try event.requiredString("item_id"))
    }

    private static func itemTruncate(_ event: borrowing ObjectReader) throws(ProtocolError) -> ClientEvent {
        let item = try itemID(event, others: ["content_index", "audio_end_ms"])
        _ = try event.required("content_index")
        let index = try event.integer("content_index", 0...Int(Int32.max)) ?? 0
        _ = try event.required("audio_end_ms")
        let end = try event.milliseconds("audio_end_ms", 0...Int(Int32.max)) ?? .zero
        return .itemTruncate(item, contentIndex: index, audioEnd: end)
    }
}
