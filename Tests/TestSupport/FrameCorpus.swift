package import RealtimeProtocol

/// Valid client frames of one shape: every event with most of its fields, as the known clients send them.
package enum FrameCorpus {
    /// The frames of `shape`.
    package static func frames(_ shape: RealtimeShape) -> [String] { common + (shape == .ga ? ga : beta) }

    private static let common = [
        #"{"type":"input_audio_buffer.append","audio":"AQIDBAUGBwg="}"#,
        #"{"type":"input_audio_buffer.append","event_id":"évt","audio":"\/\/\/\u002b\/w=="}"#,
        #"{"type":"input_audio_buffer.commit"}"#,
        #"{"event_id":"c1","type":"input_audio_buffer.clear"}"#,
        #"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"\ud83d\ude00 hi"}]}}"#,
        #"{"type":"conversation.item.create","previous_item_id":"root","item":{"id":"item_a","type":"message","role":"system","content":[{"type":"input_text","text":"be kind"}]}}"#,
        #"{"type":"conversation.item.create","previous_item_id":"item_a","item":{"type":"message","role":"user","content":[{"type":"input_audio","audio":"AAAAAAAAAAA=","transcript":null}]}}"#,
        #"{"type":"conversation.item.create","item":{"type":"function_call","name":"look","call_id":"call_a","arguments":"{\"a\":[1,2]}"}}"#,
        #"{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"call_a","output":"42"}}"#,
        #"{"type":"conversation.item.retrieve","item_id":"item_a"}"#,
        #"{"type":"conversation.item.delete","item_id":"item_a"}"#,
        #"{"type":"conversation.item.truncate","item_id":"item_a","content_index":0,"audio_end_ms":100}"#,
        #"{"type":"response.create"}"#,
        #"{"type":"response.create","response":{"conversation":"none","input":[{"type":"item_reference","id":"item_a"}],"metadata":{"a":"b"},"tools":[]}}"#,
        #"{"type":"response.create","response":{"conversation":"none","input":[],"instructions":"sing","max_output_tokens":9}}"#,
        #"{"type":"response.cancel","response_id":"resp_1","event_id":"e"}"#,
        #"{"type":"response.cancel"}"#,
        #"{"type":"output_audio_buffer.clear"}"#,
    ]

    private static let ga = [
        #"{"type":"session.update","session":{"type":"realtime","antiphon":{"acknowledgement":{"phrases":["okay"],"delay_ms":null},"typing_sound":{"volume":0.2},"interruption":{"mode":"semantic"}}}}"#,
        #"{"type":"session.update","session":{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","threshold":0.4,"idle_timeout_ms":6000}}}}}"#,
        #"{"type":"session.update","session":{"type":"realtime","audio":{"input":{"turn_detection":{"type":"semantic_vad","eagerness":"high"},"noise_reduction":{"type":"far_field"}}}}}"#,
        #"{"type":"session.update","session":{"type":"realtime","audio":{"input":{"turn_detection":null,"format":{"type":"audio/pcmu"}},"output":{"format":{"type":"audio/pcma"},"speed":1.2,"voice":"marin"}}}}"#,
        #"{"type":"session.update","session":{"type":"realtime","output_modalities":["text"],"instructions":"brief","max_output_tokens":"inf","tracing":"auto","include":["item.input_audio_transcription.logprobs"]}}"#,
        #"{"type":"session.update","session":{"type":"realtime","truncation":{"type":"retention_ratio","retention_ratio":0.5,"token_limits":{"post_instructions":100}},"audio":{"input":{"transcription":{"model":"whisper-1","language":"en"}}}}}"#,
        #"{"type":"session.update","session":{"type":"realtime","tools":[{"type":"function","name":"look","description":"d","parameters":{"type":"object","properties":{"a":{"type":"string"}}}}],"tool_choice":{"type":"function","name":"look"}}}"#,
        #"{"type":"response.create","response":{"output_modalities":["audio"],"audio":{"output":{"voice":"cedar","format":{"type":"audio/pcm","rate":24000}}},"tool_choice":"none","parallel_tool_calls":true}}"#,
        #"{"type":"conversation.item.create","item":{"type":"message","role":"assistant","content":[{"type":"output_text","text":"earlier"},{"type":"output_audio","transcript":"said"}]}}"#,
        #"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,AA==","detail":"low"}]}}"#,
    ]

    private static let beta = [
        #"{"type":"session.update","session":{"antiphon":{"summary":null,"agent":{"max_steps":2,"variables":{"name":"Ada"}}}}}"#,
        #"{"type":"session.update","session":{"turn_detection":{"type":"semantic_vad","eagerness":"low"},"speed":1.1}}"#,
        #"{"type":"session.update","session":{"modalities":["text","audio"],"voice":"sage","input_audio_format":"g711_ulaw","output_audio_format":"g711_alaw","temperature":0.7}}"#,
        #"{"type":"session.update","session":{"turn_detection":{"type":"server_vad","threshold":0.6,"silence_duration_ms":300},"input_audio_transcription":{"model":"whisper-1"},"max_response_output_tokens":77}}"#,
        #"{"type":"session.update","session":{"modalities":["text"],"turn_detection":{"type":"none"},"tools":[{"type":"function","name":"look"}],"tool_choice":"auto"}}"#,
        #"{"type":"transcription_session.update","session":{"input_audio_format":"pcm16"}}"#,
        #"{"type":"response.create","response":{"modalities":["text","audio"],"voice":"verse","output_audio_format":"g711_alaw","max_response_output_tokens":"inf","temperature":0.7}}"#,
        #"{"type":"conversation.item.create","item":{"type":"message","role":"assistant","content":[{"type":"text","text":"earlier"},{"type":"audio","transcript":"said"}]}}"#,
    ]
}
