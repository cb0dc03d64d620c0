import Core
import RealtimeProtocol
import Testing

/// Reads one frame in one shape.
func decode(_ frame: String, _ shape: RealtimeShape = .ga) throws(ProtocolError) -> ClientMessage {
    var codec = shape.makeCodec()
    return try codec.decode(Array(frame.utf8).span)
}

@Suite("Client events")
struct ClientEventTests {
    @Test("without fields are read in both shapes", arguments: RealtimeShape.allCases)
    func simple(shape: RealtimeShape) throws {
        let cases: [(String, ClientEvent)] = [
            ("input_audio_buffer.commit", .inputAudioCommit), ("input_audio_buffer.clear", .inputAudioClear),
            ("output_audio_buffer.clear", .outputAudioClear), ("response.cancel", .responseCancel(nil)),
            ("response.create", .responseCreate(ResponseRequest())),
        ]
        for (type, event) in cases {
            #expect(try decode(#"{"type":"\#(type)"}"#, shape) == ClientMessage(event: event))
            #expect(
                try decode(#"{"event_id":"x","type":"\#(type)"}"#, shape) == ClientMessage(eventID: "x", event: event))
        }
    }

    @Test("about items are read")
    func items() throws {
        #expect(try decode(#"{"type":"conversation.item.retrieve","item_id":"i"}"#).event == .itemRetrieve(ItemID("i")))
        #expect(try decode(#"{"type":"conversation.item.delete","item_id":"i"}"#).event == .itemDelete(ItemID("i")))
        #expect(
            try decode(#"{"type":"conversation.item.truncate","item_id":"i","content_index":0,"audio_end_ms":1500}"#)
                .event
                == .itemTruncate(ItemID("i"), contentIndex: 0, audioEnd: .milliseconds(1500)))
        #expect(
            try decode(#"{"type":"response.cancel","response_id":"resp_1"}"#).event
                == .responseCancel(ResponseID("resp_1")))
    }

    @Test(
        "place a new item where the client says",
        arguments: [
            ("", PreviousItem.tail), (#","previous_item_id":null"#, .tail), (#","previous_item_id":"""#, .tail),
            (#","previous_item_id":"root""#, .head), (#","previous_item_id":"item_9""#, .after(ItemID("item_9"))),
        ])
    func previous(field: String, expected: PreviousItem) throws {
        let frame =
            #"{"type":"conversation.item.create"\#(field),"item":{"type":"message","role":"user","content":[{"type":"input_text","text":"x"}]}}"#
        let item = ConversationItem(id: ItemID(""), content: .message(role: .user, parts: [.inputText("x")]))
        #expect(try decode(frame).event == .itemCreate(item, previous: expected))
    }

    @Test(
        "accept the assistant's turns in every spelling that clients replay",
        arguments: [
            (#"{"type":"input_text","text":"a"}"#, ContentPart.outputText("a")),
            (#"{"type":"text","text":"a"}"#, .outputText("a")),
            (#"{"type":"output_text","text":"a"}"#, .outputText("a")),
            (#"{"type":"audio","transcript":"a"}"#, .outputAudio(transcript: "a")),
            (#"{"type":"output_audio","transcript":"a","audio":"AAAA"}"#, .outputAudio(transcript: "a")),
            (#"{"type":"output_audio","audio":null,"text":null}"#, .outputAudio(transcript: "")),
        ])
    func assistantParts(part: String, expected: ContentPart) throws {
        for shape in RealtimeShape.allCases {
            let frame =
                #"{"type":"conversation.item.create","item":{"type":"message","role":"assistant","content":[\#(part)]}}"#
            let item = ConversationItem(id: ItemID(""), content: .message(role: .assistant, parts: [expected]))
            #expect(try decode(frame, shape).event == .itemCreate(item, previous: .tail))
        }
    }

    @Test("carry audio and images of the user, tool calls and their results")
    func itemKinds() throws {
        func item(_ json: String) throws -> ConversationItem.Content? {
            guard
                case .itemCreate(let item, _) = try decode(#"{"type":"conversation.item.create","item":\#(json)}"#)
                    .event
            else {
                return nil
            }
            return item.content
        }
        #expect(
            try item(#"{"type":"message","role":"user","content":[{"type":"input_audio","audio":"AQI="}]}"#)
                == .message(role: .user, parts: [.inputAudio(audio: [1, 2], transcript: nil)]))
        #expect(
            try item(
                #"{"type":"message","role":"user","content":[{"type":"input_audio","transcript":"hi","audio":null}]}"#)
                == .message(role: .user, parts: [.inputAudio(audio: nil, transcript: "hi")]))
        #expect(
            try item(
                #"{"type":"message","role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,AA=="}]}"#
            )
                == .message(role: .user, parts: [.inputImage(url: "data:image/png;base64,AA==", detail: "auto")]))
        #expect(
            try item(
                #"{"object":"realtime.item","status":"completed","type":"function_call","call_id":"c","name":"n","arguments":"{}"}"#
            )
                == .functionCall(FunctionCall(callID: CallID("c"), name: "n", arguments: "{}")))
        #expect(
            try item(#"{"type":"function_call_output","call_id":"c","output":"42","role":null}"#)
                == .functionCallOutput(callID: CallID("c"), output: "42"))
    }

    @Test("response.create reads every GA field")
    func responseGA() throws {
        let frame = #"""
            {"type":"response.create","response":{"conversation":"none","input":[{"type":"item_reference","id":"item_1"},
            {"type":"message","role":"system","content":[{"type":"input_text","text":"s"}]}],"instructions":"i",
            "output_modalities":["text"],"audio":{"output":{"voice":"cedar","format":{"type":"audio/pcmu"}}},"max_output_tokens":5,
            "metadata":{"client_event_id":"r1"},"tools":[{"type":"function","name":"f"}],"tool_choice":"none",
            "parallel_tool_calls":true,"reasoning":{"effort":"low"},"prompt":null}}
            """#
        var expected = ResponseRequest()
        expected.inConversation = false
        expected.input = [
            .reference(ItemID("item_1")),
            .item(ConversationItem(id: ItemID(""), content: .message(role: .system, parts: [.inputText("s")]))),
        ]
        expected.instructions = "i"
        expected.outputModality = .text
        expected.voice = "cedar"
        expected.outputFormat = .g711MuLaw
        expected.maxOutputTokens = .limited(5)
        expected.metadata = ["client_event_id": "r1"]
        expected.tools = [.function(FunctionTool(name: "f"))]
        expected.toolChoice = ToolChoice.none
        expected.parallelToolCalls = true
        #expect(try decode(frame).event == .responseCreate(expected))
    }

    @Test("response.create reads every beta field")
    func responseBeta() throws {
        let frame = #"""
            {"type":"response.create","response":{"modalities":["text","audio"],"instructions":null,"voice":"verse",
            "output_audio_format":"g711_alaw","max_response_output_tokens":"inf","temperature":0.7,"input":[]}}
            """#
        var expected = ResponseRequest()
        expected.input = []
        expected.outputModality = .audio
        expected.voice = "verse"
        expected.outputFormat = .g711ALaw
        expected.maxOutputTokens = .infinite
        expected.temperature = 0.7
        #expect(try decode(frame, .beta).event == .responseCreate(expected))
    }

    @Test("response.create takes null as not given")
    func responseNulls() throws {
        let frame = #"""
            {"type":"response.create","response":{"conversation":null,"input":null,"instructions":null,"output_modalities":null,
            "audio":null,"max_output_tokens":null,"metadata":null,"tools":null,"tool_choice":null,"parallel_tool_calls":null}}
            """#
        #expect(try decode(frame).event == .responseCreate(ResponseRequest()))
        #expect(try decode(#"{"type":"response.create","response":null}"#).event == .responseCreate(ResponseRequest()))
    }
}
