import Core
import RealtimeProtocol
import Testing

/// Whole frames, byte for byte: what a client's recorder would show.
@Suite("Golden frames")
struct GoldenFrameTests {
    private func frame(_ event: ServerEvent, _ shape: RealtimeShape = .ga) -> String {
        var output: [UInt8] = []
        shape.makeCodec().encode(event, eventID: EventID("event_1"), into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test("session.created of a default GA session")
    func sessionCreated() {
        let session = SessionObject(
            id: SessionID("sess_1"), configuration: SessionConfiguration(model: "gpt-realtime"),
            expiresAt: 1_700_003_600)
        #expect(
            frame(.sessionCreated(session))
                == #"{"type":"session.created","event_id":"event_1","session":{"type":"realtime","object":"realtime.session","id":"sess_1","#
                + #""expires_at":1700003600,"model":"gpt-realtime","output_modalities":["audio"],"instructions":"","audio":{"input":{"#
                + #""format":{"type":"audio/pcm","rate":24000},"transcription":null,"noise_reduction":null,"turn_detection":{"#
                + #""type":"server_vad","threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":500,"idle_timeout_ms":null,"#
                + #""create_response":true,"interrupt_response":true}},"output":{"format":{"type":"audio/pcm","rate":24000},"#
                + #""voice":"alloy","speed":1.0}},"tools":[],"tool_choice":"auto","max_output_tokens":"inf","truncation":"auto","#
                + #""tracing":null,"prompt":null,"include":null}}"#)
    }

    @Test("session.created of a default beta session")
    func betaSessionCreated() {
        let session = SessionObject(
            id: SessionID("sess_1"), configuration: SessionConfiguration(model: "m"), expiresAt: 7)
        #expect(
            frame(.sessionCreated(session), .beta)
                == #"{"type":"session.created","event_id":"event_1","session":{"object":"realtime.session","id":"sess_1","expires_at":7,"#
                + #""model":"m","modalities":["audio","text"],"instructions":"","voice":"alloy","input_audio_format":"pcm16","#
                + #""input_audio_transcription":null,"input_audio_noise_reduction":null,"turn_detection":{"type":"server_vad","#
                + #""threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":500,"create_response":true,"interrupt_response":true},"#
                + #""include":null,"output_audio_format":"pcm16","tools":[],"tool_choice":"auto","temperature":0.8,"#
                + #""max_response_output_tokens":"inf","speed":1.0,"tracing":null,"client_secret":null}}"#)
    }

    @Test("session.created of a transcription session, GA and beta")
    func transcriptionSession() {
        var configuration = SessionConfiguration(kind: .transcription, model: "m")
        configuration.input.transcription = TranscriptionSettings(model: "whisper-1")
        let session = SessionObject(id: SessionID("sess_1"), configuration: configuration, expiresAt: 7)
        #expect(
            frame(.sessionCreated(session))
                == #"{"type":"session.created","event_id":"event_1","session":{"type":"transcription","#
                + #""object":"realtime.transcription_session","id":"sess_1","expires_at":7,"audio":{"input":{"#
                + #""format":{"type":"audio/pcm","rate":24000},"transcription":{"model":"whisper-1","language":null,"prompt":null},"#
                + #""noise_reduction":null,"turn_detection":{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,"#
                + #""silence_duration_ms":500}}},"include":null}}"#)
        #expect(
            frame(.sessionUpdated(session), .beta)
                == #"{"type":"transcription_session.updated","event_id":"event_1","session":{"object":"realtime.transcription_session","#
                + #""id":"sess_1","expires_at":7,"input_audio_format":"pcm16","input_audio_transcription":{"model":"whisper-1","#
                + #""language":null,"prompt":null},"input_audio_noise_reduction":null,"turn_detection":{"type":"server_vad","#
                + #""threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":500},"include":null,"client_secret":null}}"#
        )
    }

    @Test("the frames of an audio answer")
    func audioAnswer() {
        let location = SampleEvents.location
        #expect(
            frame(.outputAudioDelta(location, audio: [1, 2, 3, 4]))
                == #"{"type":"response.output_audio.delta","event_id":"event_1","response_id":"resp_1","item_id":"item_2","#
                + #""output_index":0,"content_index":0,"delta":"AQIDBA=="}"#)
        #expect(
            frame(.outputAudioDelta(location, audio: [9, 1, 2, 9][1...2]), .beta)
                == #"{"type":"response.audio.delta","event_id":"event_1","response_id":"resp_1","item_id":"item_2","#
                + #""output_index":0,"content_index":0,"delta":"AQI="}"#)
        #expect(
            frame(.contentPartAdded(location, part: .outputAudio(transcript: "")))
                == #"{"type":"response.content_part.added","event_id":"event_1","response_id":"resp_1","item_id":"item_2","#
                + #""output_index":0,"content_index":0,"part":{"type":"audio","transcript":""}}"#)
    }

    @Test("items leave out what does not apply and show null where the vendor does")
    func items() {
        #expect(
            frame(.itemAdded(SampleEvents.items[1], previous: nil))
                == #"{"type":"conversation.item.added","event_id":"event_1","previous_item_id":null,"item":{"id":"item_1","#
                + #""object":"realtime.item","type":"message","status":"completed","role":"user","content":[{"type":"input_text","#
                + #""text":"hello"},{"type":"input_audio","transcript":null},{"type":"input_audio","transcript":"hi"}]}}"#
        )
        #expect(
            frame(.outputItemDone(ResponseID("resp_1"), outputIndex: 1, item: SampleEvents.items[4]))
                == #"{"type":"response.output_item.done","event_id":"event_1","response_id":"resp_1","output_index":1,"item":{"#
                + #""id":"item_4","object":"realtime.item","type":"function_call","status":"completed","name":"get_weather","#
                + #""call_id":"call_1","arguments":"{\"city\":\"Köln \\\"x\\\"\"}"}}"#)
        #expect(
            frame(.itemAdded(SampleEvents.items[3], previous: ItemID("p")), .beta)
                == #"{"type":"conversation.item.created","event_id":"event_1","previous_item_id":"p","item":{"id":"item_3","#
                + #""object":"realtime.item","type":"message","status":"incomplete","role":"assistant","content":[{"type":"text","#
                + #""text":"text 😀"},{"type":"audio","transcript":"spoken"}]}}"#)
        #expect(
            frame(.itemAdded(SampleEvents.image, previous: nil)).contains(
                #"{"type":"input_image","image_url":"data:image/png;base64,AA==","detail":"auto"}"#))
    }

    @Test("response.done with every key")
    func responseDone() {
        #expect(
            frame(.responseCreated(SampleEvents.responses[0]))
                == #"{"type":"response.created","event_id":"event_1","response":{"object":"realtime.response","id":"resp_1","#
                + #""status":"in_progress","status_details":null,"output":[],"conversation_id":"conv_1","output_modalities":["text"],"#
                + #""max_output_tokens":"inf","audio":{"output":{"format":{"type":"audio/pcm","rate":24000},"voice":"alloy"}},"#
                + #""usage":null,"metadata":null}}"#)
        var cancelled = SampleEvents.responses[2]
        cancelled.output = []
        #expect(
            frame(.responseDone(cancelled), .beta)
                == #"{"type":"response.done","event_id":"event_1","response":{"object":"realtime.response","id":"resp_1","#
                + #""status":"cancelled","status_details":{"type":"cancelled","reason":"turn_detected"},"output":[],"#
                + #""conversation_id":"conv_1","modalities":["audio","text"],"voice":"alloy","output_audio_format":"pcm16","#
                + #""temperature":0.8,"max_output_tokens":7,"usage":{"total_tokens":39,"input_tokens":31,"output_tokens":8,"#
                + #""input_token_details":{"text_tokens":10,"audio_tokens":20,"cached_tokens":4,"cached_tokens_details":{"#
                + #""text_tokens":4,"audio_tokens":0}},"output_token_details":{"text_tokens":3,"audio_tokens":5}},"metadata":{"k":"v"}}}"#
        )
    }

    @Test("errors always have all five keys")
    func errors() {
        #expect(
            frame(.error(ProtocolError(nil, "m")))
                == #"{"type":"error","event_id":"event_1","error":{"type":"invalid_request_error","code":null,"message":"m","param":null,"event_id":null}}"#
        )
        #expect(
            frame(.error(ProtocolError(.commitEmpty, "m", parameter: "p", eventID: "é\"")), .beta)
                == #"{"type":"error","event_id":"event_1","error":{"type":"invalid_request_error","#
                + #""code":"input_audio_buffer_commit_empty","message":"m","param":"p","event_id":"é\""}}"#)
    }

    @Test("a retrieved item shows its audio unless the frame would be too long for a client")
    func retrieved() throws {
        let item = ConversationItem(
            id: ItemID("i"), content: .message(role: .user, parts: [.inputAudio(audio: nil, transcript: "t")]))
        #expect(
            frame(.itemRetrieved(item, audio: [0: Array("AQI=".utf8)])).contains(
                #"{"type":"input_audio","transcript":"t","audio":"AQI="}"#))
        #expect(!frame(.itemRetrieved(item, audio: [:])).contains("audio\":"))
        for bytes in [700_000, 786_000, 786_200, 786_430, 786_432, 800_000, 5_000_000] {
            let audio = [UInt8](repeating: UInt8(ascii: "A"), count: Base64.encodedLength(bytes))
            let text = frame(.itemRetrieved(item, audio: [0: audio]))
            #expect(text.utf8.count <= ProtocolLimits.serverFrameBytes)
            #expect(text.contains(#""audio":""#) == (bytes <= 786_200))
        }
        let spoken = ConversationItem(
            id: ItemID("i"),
            content: .message(role: .assistant, parts: [.outputText("x"), .outputAudio(transcript: "t")]))
        let answer = frame(.itemRetrieved(spoken, audio: [1: Array("AwQ=".utf8)]))
        #expect(answer.contains(#"{"type":"output_audio","transcript":"t","audio":"AwQ="}"#))
        #expect(!frame(.itemAdded(item, previous: nil)).contains("audio\":"))
    }

    @Test("events are appended to what is in the buffer")
    func appends() {
        var output: [UInt8] = [1, 2]
        GARealtimeCodec().encode(.inputAudioCleared, eventID: EventID("e"), into: &output)
        #expect(output.starts(with: [1, 2, UInt8(ascii: "{")]))
    }
}
