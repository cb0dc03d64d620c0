import Core
import RealtimeProtocol
import Testing

/// One refusal: the frame and the error it must give.
struct Refusal: Sendable, CustomTestStringConvertible {
    var frame: String
    var code: ProtocolError.Code
    var parameter: String?
    var message: String
    var testDescription: String { frame.count < 120 ? frame : String(frame.prefix(120)) }

    init(_ frame: String, _ code: ProtocolError.Code, _ parameter: String?, _ message: String) {
        self.frame = frame
        self.code = code
        self.parameter = parameter
        self.message = message
    }

    /// A refusal of a session update with this session.
    static func session(_ session: String, _ code: ProtocolError.Code, _ parameter: String, _ message: String)
        -> Refusal
    {
        Refusal(
            #"{"event_id":"e1","type":"session.update","session":\#(session)}"#, code, "session" + parameter, message)
    }

    /// A refusal of a new item.
    static func item(_ item: String, _ code: ProtocolError.Code, _ parameter: String, _ message: String) -> Refusal {
        Refusal(
            #"{"event_id":"e1","type":"conversation.item.create","item":\#(item)}"#, code, "item" + parameter, message)
    }

    /// A refusal of a response.
    static func response(_ response: String, _ code: ProtocolError.Code, _ parameter: String, _ message: String)
        -> Refusal
    {
        Refusal(
            #"{"event_id":"e1","type":"response.create","response":\#(response)}"#, code, "response" + parameter,
            message)
    }
}

private let long39 = String(repeating: "x", count: 39)

@Suite("Refusals")
struct RefusalTests {
    private func check(_ refusal: Refusal, _ shape: RealtimeShape) {
        let error = #expect(throws: ProtocolError.self) { try decode(refusal.frame, shape) }
        let eventID = refusal.frame.contains(#""event_id":"e1""#) ? "e1" : nil
        #expect(error == ProtocolError(refusal.code, refusal.message, parameter: refusal.parameter, eventID: eventID))
    }

    private static let gaTypes =
        "'session.update', 'input_audio_buffer.append', 'input_audio_buffer.commit', 'input_audio_buffer.clear', "
        + "'output_audio_buffer.clear', 'conversation.item.create', 'conversation.item.retrieve', 'conversation.item.delete', "
        + "'conversation.item.truncate', 'response.create', and 'response.cancel'."

    static let envelopeCases: [Refusal] = [
        Refusal("", .invalidJSON, nil, "Invalid JSON: unexpected end at byte 0."),
        Refusal("{", .invalidJSON, nil, "Invalid JSON: unexpected end at byte 1."),
        Refusal("hello", .invalidJSON, nil, "Invalid JSON: unexpected byte at byte 0."),
        Refusal("[]", .invalidEvent, nil, "Invalid event: expected a JSON object."),
        Refusal("{}", .invalidEvent, nil, "The 'type' field is missing."),
        Refusal(#"{"event_id":"e1","type":null}"#, .invalidEvent, nil, "The 'type' field is missing."),
        Refusal(
            #"{"event_id":"e1","type":5}"#, .invalidType, "type",
            "Invalid type for 'type': expected a string, but got an integer instead."),
        Refusal(
            #"{"event_id":"e1","type":"x"}"#, .invalidValue, "type",
            "Invalid value: 'x'. Supported values are: " + gaTypes),
        Refusal(
            #"{"event_id":7,"type":"response.cancel"}"#, .invalidType, "event_id",
            "Invalid type for 'event_id': expected a string, but got an integer instead."),
        Refusal(
            #"{"event_id":"\#(String(repeating: "e", count: 513))","type":"response.cancel"}"#, .stringAboveMaxLength,
            "event_id",
            "Invalid 'event_id': string too long. Expected a string with maximum length 512, but got a string with length 513 instead."
        ),
        Refusal(
            #"{"event_id":"e1","type":"input_audio_buffer.commit","final":true}"#, .unknownParameter, "final",
            "Unknown parameter: 'final'."),
        Refusal(
            #"{"event_id":"e1","type":"input_audio_buffer.append"}"#, .missingRequiredParameter, "audio",
            "Missing required parameter: 'audio'."),
        Refusal(
            #"{"event_id":"e1","type":"input_audio_buffer.append","audio":[1]}"#, .invalidType, "audio",
            "Invalid type for 'audio': expected a string, but got an array instead."),
        Refusal(
            #"{"event_id":"e1","type":"input_audio_buffer.append","audio":"AAAA","rate":1}"#, .unknownParameter, "rate",
            "Unknown parameter: 'rate'."),
        Refusal(
            #"{"event_id":"e1","type":"session.update"}"#, .missingRequiredParameter, "session",
            "Missing required parameter: 'session'."),
        Refusal(
            #"{"event_id":"e1","type":"conversation.item.create"}"#, .missingRequiredParameter, "item",
            "Missing required parameter: 'item'."),
        Refusal(
            #"{"event_id":"e1","type":"conversation.item.retrieve"}"#, .missingRequiredParameter, "item_id",
            "Missing required parameter: 'item_id'."),
        Refusal(
            #"{"event_id":"e1","type":"conversation.item.delete","item_id":null}"#, .missingRequiredParameter,
            "item_id",
            "Missing required parameter: 'item_id'."),
        Refusal(
            #"{"event_id":"e1","type":"conversation.item.truncate","item_id":"i","audio_end_ms":1}"#,
            .missingRequiredParameter,
            "content_index", "Missing required parameter: 'content_index'."),
        Refusal(
            #"{"event_id":"e1","type":"conversation.item.truncate","item_id":"i","content_index":0}"#,
            .missingRequiredParameter,
            "audio_end_ms", "Missing required parameter: 'audio_end_ms'."),
        Refusal(
            #"{"event_id":"e1","type":"conversation.item.truncate","item_id":"i","content_index":0,"audio_end_ms":-1}"#,
            .integerBelowMinValue, "audio_end_ms",
            "Invalid 'audio_end_ms': integer below minimum value. Expected a value >= 0, but got -1 instead."),
        Refusal(
            #"{"event_id":"e1","type":"conversation.item.truncate","item_id":"i","content_index":0,"audio_end_ms":1.5}"#,
            .invalidType, "audio_end_ms",
            "Invalid type for 'audio_end_ms': expected an integer, but got a decimal number instead."),
    ]

    @Test("of envelopes", arguments: envelopeCases)
    func envelope(refusal: Refusal) { check(refusal, .ga) }

    @Test("of an unknown beta event name the beta events")
    func betaTypes() {
        let error = #expect(throws: ProtocolError.self) { try decode(#"{"type":"x"}"#, .beta) }
        #expect(
            error?.message.contains("'session.update', 'transcription_session.update', 'input_audio_buffer.append'")
                == true)
        let ga = #expect(throws: ProtocolError.self) {
            try decode(#"{"type":"transcription_session.update","session":{}}"#)
        }
        #expect(ga?.parameter == "type")
    }

    private static let vad = #""audio":{"input":{"turn_detection":"#
    static let gaSessionCases: [Refusal] = [
        .session("{}", .missingRequiredParameter, ".type", "Missing required parameter: 'session.type'."),
        .session(
            #"{"modalities":["audio"]}"#, .missingRequiredParameter, ".type",
            "Missing required parameter: 'session.type'."),
        .session("5", .invalidType, "", "Invalid type for 'session': expected an object, but got an integer instead."),
        .session(
            #"{"type":"chat"}"#, .invalidValue, ".type",
            "Invalid value: 'chat'. Supported values are: 'realtime' and 'transcription'."),
        .session(
            #"{"type":"realtime","temperature":0.8,"modalities":["audio","text"]}"#, .unknownParameter, ".temperature",
            "Unknown parameter: 'session.temperature'."),
        .session(
            #"{"type":"realtime","modalities":["audio","text"],"temperature":0.8}"#, .unknownParameter, ".modalities",
            "Unknown parameter: 'session.modalities'."),
        .session(
            #"{"type":"transcription","instructions":"x"}"#, .unknownParameter, ".instructions",
            "Unknown parameter: 'session.instructions'."),
        .session(
            #"{"type":"realtime","output_modalities":["audio","text"]}"#, .invalidValue, ".output_modalities",
            "Invalid modalities: ['audio', 'text']. Supported combinations are: ['text'] and ['audio']."),
        .session(
            #"{"type":"realtime","output_modalities":"audio"}"#, .invalidType, ".output_modalities",
            "Invalid type for 'session.output_modalities': expected an array, but got a string instead."),
        .session(
            #"{"type":"realtime","instructions":["x"]}"#, .invalidType, ".instructions",
            "Invalid type for 'session.instructions': expected a string, but got an array instead."),
        .session(
            #"{"type":"realtime","audio":{"input":{"format":{"type":"audio/pcm","rate":8000}}}}"#,
            .integerBelowMinValue,
            ".audio.input.format.rate",
            "Invalid 'session.audio.input.format.rate': integer below minimum value. Expected a value >= 24000, but got 8000 instead."
        ),
        .session(
            #"{"type":"realtime","audio":{"output":{"format":{"type":"audio/pcm","rate":48000}}}}"#,
            .integerAboveMaxValue,
            ".audio.output.format.rate",
            "Invalid 'session.audio.output.format.rate': integer above maximum value. Expected a value <= 24000, but got 48000 instead."
        ),
        .session(
            #"{"type":"realtime","audio":{"output":{"format":{"type":"audio/pcm"}}}}"#, .missingRequiredParameter,
            ".audio.output.format.rate", "Missing required parameter: 'session.audio.output.format.rate'."),
        .session(
            #"{"type":"realtime","audio":{"input":{"format":"pcm16"}}}"#, .invalidType, ".audio.input.format",
            "Invalid type for 'session.audio.input.format': expected an object, but got a string instead."),
        .session(
            #"{"type":"realtime","audio":{"input":{"format":{"type":"audio/opus"}}}}"#, .invalidValue,
            ".audio.input.format.type",
            "Invalid value: 'audio/opus'. Supported values are: 'audio/pcm', 'audio/pcmu', and 'audio/pcma'."),
        .session(
            #"{"type":"realtime","audio":{"output":{"speed":2}}}"#, .decimalAboveMaxValue, ".audio.output.speed",
            "Invalid 'session.audio.output.speed': decimal above maximum value. Expected a value <= 1.5, but got 2 instead."
        ),
        .session(
            #"{"type":"realtime","audio":{"output":{"speed":0.1}}}"#, .decimalBelowMinValue, ".audio.output.speed",
            "Invalid 'session.audio.output.speed': decimal below minimum value. Expected a value >= 0.25, but got 0.1 instead."
        ),
        .session(
            #"{"type":"realtime","audio":{"outptu":{}}}"#, .unknownParameter, ".audio.outptu",
            "Unknown parameter: 'session.audio.outptu'."),
        .session(
            #"{"type":"realtime",\#(vad){}}}}"#, .missingRequiredParameter, ".audio.input.turn_detection.type",
            "Missing required parameter: 'session.audio.input.turn_detection.type'."),
        .session(
            #"{"type":"realtime",\#(vad){"type":"none"}}}}"#, .invalidValue, ".audio.input.turn_detection.type",
            "Invalid value: 'none'. Supported values are: 'server_vad' and 'semantic_vad'."),
        .session(
            #"{"type":"realtime",\#(vad){"type":"server_vad","threshold":1.1}}}}"#, .decimalAboveMaxValue,
            ".audio.input.turn_detection.threshold",
            "Invalid 'session.audio.input.turn_detection.threshold': decimal above maximum value. Expected a value <= 1, but got 1.1 instead."
        ),
        .session(
            #"{"type":"realtime",\#(vad){"type":"server_vad","idle_timeout_ms":4999}}}}"#, .integerBelowMinValue,
            ".audio.input.turn_detection.idle_timeout_ms",
            "Invalid 'session.audio.input.turn_detection.idle_timeout_ms': integer below minimum value. "
                + "Expected a value >= 5000, but got 4999 instead."),
        .session(
            #"{"type":"realtime",\#(vad){"type":"semantic_vad","threshold":0.5}}}}"#, .unknownParameter,
            ".audio.input.turn_detection.threshold",
            "Unknown parameter: 'session.audio.input.turn_detection.threshold'."),
        .session(
            #"{"type":"realtime",\#(vad){"type":"semantic_vad","eagerness":"max"}}}}"#, .invalidValue,
            ".audio.input.turn_detection.eagerness",
            "Invalid value: 'max'. Supported values are: 'low', 'medium', 'high', and 'auto'."),
        .session(
            #"{"type":"realtime","audio":{"input":{"noise_reduction":{"type":"loud"}}}}"#, .invalidValue,
            ".audio.input.noise_reduction.type",
            "Invalid value: 'loud'. Supported values are: 'near_field' and 'far_field'."),
        .session(
            #"{"type":"realtime","tools":[{"name":"x"}]}"#, .missingRequiredParameter, ".tools[0].type",
            "Missing required parameter: 'session.tools[0].type'."),
        .session(
            #"{"type":"realtime","tools":[{"type":"function","name":"x"},{"type":"function"}]}"#,
            .missingRequiredParameter,
            ".tools[1].name", "Missing required parameter: 'session.tools[1].name'."),
        .session(
            #"{"type":"realtime","tools":[{"type":"function","name":"a b"}]}"#, .invalidValue, ".tools[0].name",
            "Invalid 'session.tools[0].name': string does not match pattern. "
                + "Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'."),
        .session(
            #"{"type":"realtime","tools":[{"type":"mcp","server_label":"a"},{"type":"mcp","server_label":"a"}]}"#,
            .invalidValue,
            ".tools[1].server_label",
            "Duplicate server_label 'a' found in tools. Please provide a unique identifier for each MCP server."),
        .session(
            #"{"type":"realtime","tool_choice":"maybe"}"#, .invalidValue, ".tool_choice",
            "Invalid value: 'maybe'. Supported values are: 'none', 'auto', and 'required'."),
        .session(
            #"{"type":"realtime","tool_choice":{"type":"function"}}"#, .missingRequiredParameter, ".tool_choice.name",
            "Missing required parameter: 'session.tool_choice.name'."),
        .session(
            #"{"type":"realtime","max_output_tokens":0}"#, .integerBelowMinValue, ".max_output_tokens",
            "Invalid 'session.max_output_tokens': integer below minimum value. Expected a value >= 1, but got 0 instead."
        ),
        .session(
            #"{"type":"realtime","max_output_tokens":99999999999999999999}"#, .integerAboveMaxValue,
            ".max_output_tokens",
            "Invalid 'session.max_output_tokens': integer above maximum value. "
                + "Expected a value <= 4096, but got 9223372036854775807 instead."),
        .session(
            #"{"type":"realtime","max_output_tokens":"many"}"#, .invalidValue, ".max_output_tokens",
            "Invalid value: 'many'. Value must be 'inf'."),
        .session(
            #"{"type":"realtime","truncation":{"type":"retention_ratio"}}"#, .missingRequiredParameter,
            ".truncation.retention_ratio", "Missing required parameter: 'session.truncation.retention_ratio'."),
        .session(
            #"{"type":"realtime","tracing":"always"}"#, .invalidValue, ".tracing",
            "Invalid value: 'always'. Value must be 'auto'."),
        .session(
            #"{"type":"realtime","prompt":{}}"#, .missingRequiredParameter, ".prompt.id",
            "Missing required parameter: 'session.prompt.id'."),
        .session(
            #"{"type":"realtime","include":["x"]}"#, .invalidValue, ".include[0]",
            "Invalid value: 'x'. Value must be 'item.input_audio_transcription.logprobs'."),
        .session(
            #"{"type":"realtime","\#(String(repeating: "k", count: 100))":1}"#, .unknownParameter,
            ".\(String(repeating: "k", count: 64))…",
            "Unknown parameter: 'session.\(String(repeating: "k", count: 64))…'."),
    ]

    @Test("of GA sessions", arguments: gaSessionCases)
    func gaSession(refusal: Refusal) { check(refusal, .ga) }

    static let betaSessionCases: [Refusal] = [
        .session(#"{"type":"realtime"}"#, .unknownParameter, ".type", "Unknown parameter: 'session.type'."),
        .session(#"{"audio":{}}"#, .unknownParameter, ".audio", "Unknown parameter: 'session.audio'."),
        .session(
            #"{"modalities":["audio"]}"#, .invalidValue, ".modalities",
            "Invalid modalities: ['audio']. Supported combinations are: ['text'] and ['audio', 'text']."),
        .session(
            #"{"temperature":0.3}"#, .decimalBelowMinValue, ".temperature",
            "Invalid 'session.temperature': decimal below minimum value. Expected a value >= 0.6, but got 0.3 instead."),
        .session(
            #"{"input_audio_format":"mp3"}"#, .invalidValue, ".input_audio_format",
            "Invalid value: 'mp3'. Supported values are: 'pcm16', 'g711_ulaw', and 'g711_alaw'."),
        .session(
            #"{"input_audio_transcription":{"model":"m","delay":"low"}}"#, .unknownParameter,
            ".input_audio_transcription.delay",
            "Unknown parameter: 'session.input_audio_transcription.delay'."),
        .session(
            #"{"tools":[{"type":"mcp","server_label":"x"}]}"#, .invalidValue, ".tools[0].type",
            "Invalid value: 'mcp'. Value must be 'function'."),
        .session(
            #"{"turn_detection":{"type":"server_vad","idle_timeout_ms":6000}}"#, .unknownParameter,
            ".turn_detection.idle_timeout_ms", "Unknown parameter: 'session.turn_detection.idle_timeout_ms'."),
        .session(
            #"{"turn_detection":{"type":"magic"}}"#, .invalidValue, ".turn_detection.type",
            "Invalid value: 'magic'. Supported values are: 'server_vad' and 'semantic_vad'."),
    ]

    @Test("of beta sessions", arguments: betaSessionCases)
    func betaSession(refusal: Refusal) { check(refusal, .beta) }

    static let itemsCases: [Refusal] = [
        .item("{}", .missingRequiredParameter, ".type", "Missing required parameter: 'item.type'."),
        .item(
            #"{"type":"mcp_approval_response","approval_request_id":"x","approve":true}"#, .invalidValue, ".type",
            "Invalid value: 'mcp_approval_response'. Supported values are: 'message', 'function_call', and 'function_call_output'."
        ),
        .item(
            #"{"type":"message","id":"\#(long39)","role":"user","content":[]}"#, .stringAboveMaxLength, ".id",
            "Invalid 'item.id': string too long. Expected a string with maximum length 32, but got a string with length 39 instead."
        ),
        .item(
            #"{"type":"function_call_output","call_id":"\#(long39)","output":""}"#, .stringAboveMaxLength, ".call_id",
            "Invalid 'item.call_id': string too long. Expected a string with maximum length 32, but got a string with length 39 instead."
        ),
        .item(
            #"{"type":"message","content":[]}"#, .missingRequiredParameter, ".role",
            "Missing required parameter: 'item.role'."),
        .item(
            #"{"type":"message","role":"tool","content":[]}"#, .invalidValue, ".role",
            "Invalid value: 'tool'. Supported values are: 'system', 'user', and 'assistant'."),
        .item(
            #"{"type":"message","role":"user"}"#, .missingRequiredParameter, ".content",
            "Missing required parameter: 'item.content'."),
        .item(
            #"{"type":"message","role":"user","content":"hi"}"#, .invalidType, ".content",
            "Invalid type for 'item.content': expected an array, but got a string instead."),
        .item(
            #"{"type":"message","role":"user","content":[{"text":"x"}]}"#, .missingRequiredParameter,
            ".content[0].type",
            "Missing required parameter: 'item.content[0].type'."),
        .item(
            #"{"type":"message","role":"user","content":[{"type":"input_text"}]}"#, .missingRequiredParameter,
            ".content[0].text",
            "Missing required parameter: 'item.content[0].text'."),
        .item(
            #"{"type":"message","role":"user","content":[{"type":"output_text","text":"x"}]}"#, .invalidValue,
            ".content[0].type",
            "Invalid value: 'output_text'. Supported values are: 'input_text', 'input_audio', and 'input_image'."),
        .item(
            #"{"type":"message","role":"system","content":[{"type":"input_audio","audio":""}]}"#, .invalidValue,
            ".content[0].type",
            "Invalid value: 'input_audio'. Value must be 'input_text'."),
        .item(
            #"{"type":"message","role":"user","content":[{"type":"input_audio"}]}"#, .missingRequiredParameter,
            ".content[0].audio",
            "Missing required parameter: 'item.content[0].audio'."),
        .item(
            #"{"type":"message","role":"user","content":[{"type":"input_audio","audio":"AAA"}]}"#, .invalidValue,
            ".content[0].audio",
            "Invalid 'item.content[0].audio'. Expected base64-encoded audio bytes (mono PCM16 at 24kHz) but got an invalid value."
        ),
        .item(
            #"{"type":"message","role":"user","content":[{"type":"input_image","image_url":"https://x/y.png"}]}"#,
            .invalidValue,
            ".content[0].image_url", "Invalid 'item.content[0].image_url'. Expected a data URI of a PNG or JPEG image."),
        .item(
            #"{"type":"message","role":"user","content":[{"type":"input_text","text":"x","font":"y"}]}"#,
            .unknownParameter,
            ".content[0].font", "Unknown parameter: 'item.content[0].font'."),
        .item(
            #"{"type":"function_call","call_id":"c","name":"n"}"#, .missingRequiredParameter, ".arguments",
            "Missing required parameter: 'item.arguments'."),
        .item(
            #"{"type":"function_call_output","call_id":"c","output":{}}"#, .invalidType, ".output",
            "Invalid type for 'item.output': expected a string, but got an object instead."),
    ]

    @Test("of items", arguments: itemsCases)
    func items(refusal: Refusal) { check(refusal, .ga) }

    @Test("of a text that is too long")
    func longText() {
        let text = String(repeating: "é", count: 256_001)
        check(
            .item(
                #"{"type":"message","role":"user","content":[{"type":"input_text","text":"\#(text)"}]}"#,
                .stringAboveMaxLength,
                ".content[0].text",
                "Invalid 'item.content[0].text': string too long. Expected a string with maximum length 256000, "
                    + "but got a string with length 256001 instead."), .ga)
    }

    @Test("beta names its own parts")
    func betaParts() {
        check(
            .item(
                #"{"type":"message","role":"assistant","content":[{"type":"input_audio"}]}"#, .invalidValue,
                ".content[0].type",
                "Invalid value: 'input_audio'. Value must be 'text'."), .beta)
        check(
            .item(
                #"{"type":"message","role":"user","content":[{"type":"input_image"}]}"#, .invalidValue,
                ".content[0].type",
                "Invalid value: 'input_image'. Supported values are: 'input_text' and 'input_audio'."), .beta)
    }

    static let responsesCases: [Refusal] = [
        .response(
            #"{"modalities":["text"]}"#, .unknownParameter, ".modalities", "Unknown parameter: 'response.modalities'."),
        .response(
            #"{"conversation":"new"}"#, .invalidValue, ".conversation",
            "Invalid value: 'new'. Supported values are: 'auto' and 'none'."),
        .response(
            #"{"input":[{"type":"item_reference"}]}"#, .missingRequiredParameter, ".input[0].id",
            "Missing required parameter: 'response.input[0].id'."),
        .response(
            #"{"input":[{"type":"message","role":"user","content":[{"type":"input_text"}]}]}"#,
            .missingRequiredParameter,
            ".input[0].content[0].text", "Missing required parameter: 'response.input[0].content[0].text'."),
        .response(
            #"{"input":[{"type":"mcp_call"}]}"#, .invalidValue, ".input[0].type",
            "Invalid value: 'mcp_call'. Supported values are: 'message', 'function_call', 'function_call_output', and 'item_reference'."
        ),
        .response(
            #"{"metadata":{"\#(String(repeating: "k", count: 65))":"v"}}"#, .stringAboveMaxLength, ".metadata",
            "Invalid 'response.metadata': string too long. Expected a string with maximum length 64, "
                + "but got a string with length 65 instead."),
        .response(
            #"{"metadata":{"k":"\#(String(repeating: "v", count: 513))"}}"#, .stringAboveMaxLength, ".metadata.k",
            "Invalid 'response.metadata.k': string too long. Expected a string with maximum length 512, "
                + "but got a string with length 513 instead."),
        .response(
            #"{"metadata":{"k":5}}"#, .invalidType, ".metadata.k",
            "Invalid type for 'response.metadata.k': expected a string, but got an integer instead."),
        .response(
            "{\"metadata\":{" + (0..<17).map { #""k\#($0)":"v""# }.joined(separator: ",") + "}}",
            .objectAboveMaxProperties, ".metadata",
            "Invalid 'response.metadata': too many properties. Expected an object with at most 16 properties, "
                + "but got an object with 17 properties instead."),
        .response(
            #"{"max_output_tokens":5000}"#, .integerAboveMaxValue, ".max_output_tokens",
            "Invalid 'response.max_output_tokens': integer above maximum value. Expected a value <= 4096, but got 5000 instead."
        ),
        .response(
            #"{"parallel_tool_calls":"yes"}"#, .invalidType, ".parallel_tool_calls",
            "Invalid type for 'response.parallel_tool_calls': expected a boolean, but got a string instead."),
    ]

    @Test("of responses", arguments: responsesCases)
    func responses(refusal: Refusal) { check(refusal, .ga) }

    @Test("nest and count only up to the limits")
    func structure() {
        let deep = #"{"type":"x","a":"# + String(repeating: "[", count: 64) + String(repeating: "]", count: 64) + "}"
        let error = #expect(throws: ProtocolError.self) { try decode(deep) }
        #expect(error?.code == .invalidJSON)
        let many = #"{"type":"x","a":["# + Array(repeating: "1", count: 100_000).joined(separator: ",") + "]}"
        let count = #expect(throws: ProtocolError.self) { try decode(many) }
        #expect(count?.code == .invalidJSON)
    }
}
