import Core

extension ServerEventEncoder {
    /// The events of a response.
    func response(_ event: ServerEvent, _ eventID: EventID, _ output: inout [UInt8]) {
        switch event {
        case .responseCreated(let response): responseObject("response.created", response, eventID, &output)
        case .responseDone(let response): responseObject("response.done", response, eventID, &output)
        case .outputItemAdded(let response, let index, let item):
            outputItem("response.output_item.added", response, index, item, eventID, &output)
        case .outputItemDone(let response, let index, let item):
            outputItem("response.output_item.done", response, index, item, eventID, &output)
        case .contentPartAdded(let location, let part):
            contentPart("response.content_part.added", location, part, eventID, &output)
        case .contentPartDone(let location, let part):
            contentPart("response.content_part.done", location, part, eventID, &output)
        case .functionArgumentsDelta(let response, let item, let outputIndex, let callID, let delta):
            frame("response.function_call_arguments.delta", eventID, &output) { writer in
                functionCall(response, item, outputIndex, callID, into: &writer)
                writer.member("delta", delta)
            }
        case .functionArgumentsDone(let response, let item, let outputIndex, let call):
            frame("response.function_call_arguments.done", eventID, &output) { writer in
                functionCall(response, item, outputIndex, call.callID, into: &writer)
                writer.member("name", call.name)
                writer.member("arguments", call.arguments)
            }
        default: stream(event, eventID, &output)
        }
    }

    /// The events that carry an answer's content, whose names differ between the shapes.
    private func stream(_ event: ServerEvent, _ eventID: EventID, _ output: inout [UInt8]) {
        switch event {
        case .outputTextDelta(let location, let delta):
            content("response.output_text.delta", "response.text.delta", location, eventID, &output) {
                $0.member("delta", delta)
            }
        case .outputTextDone(let location, let text):
            content("response.output_text.done", "response.text.done", location, eventID, &output) {
                $0.member("text", text)
            }
        case .outputTranscriptDelta(let location, let delta):
            content(
                "response.output_audio_transcript.delta", "response.audio_transcript.delta", location, eventID, &output
            ) {
                $0.member("delta", delta)
            }
        case .outputTranscriptDone(let location, let transcript):
            content(
                "response.output_audio_transcript.done", "response.audio_transcript.done", location, eventID, &output
            ) {
                $0.member("transcript", transcript)
            }
        case .outputAudioDelta(let location, let audio):
            content("response.output_audio.delta", "response.audio.delta", location, eventID, &output) { writer in
                writer.key("delta")
                writer.base64(audio.span)
            }
        case .outputAudioDone(let location):
            content("response.output_audio.done", "response.audio.done", location, eventID, &output) { _ in }
        default: break
        }
    }

    private func content(
        _ name: StaticString, _ betaName: StaticString, _ location: PartLocation, _ eventID: EventID,
        _ output: inout [UInt8],
        _ body: (inout JSONWriter) -> Void
    ) {
        frame(shape == .ga ? name : betaName, eventID, &output) { writer in
            write(location, into: &writer)
            body(&writer)
        }
    }

    private func write(_ location: PartLocation, into writer: inout JSONWriter) {
        writer.member("response_id", location.responseID.rawValue)
        writer.member("item_id", location.itemID.rawValue)
        writer.member("output_index", location.outputIndex)
        writer.member("content_index", location.contentIndex)
    }

    private func functionCall(
        _ response: ResponseID, _ item: ItemID, _ outputIndex: Int, _ callID: CallID, into writer: inout JSONWriter
    ) {
        writer.member("response_id", response.rawValue)
        writer.member("item_id", item.rawValue)
        writer.member("output_index", outputIndex)
        writer.member("call_id", callID.rawValue)
    }

    private func responseObject(
        _ type: StaticString, _ response: ResponseObject, _ eventID: EventID, _ output: inout [UInt8]
    ) {
        frame(type, eventID, &output) { writer in
            writer.key("response")
            ResponseEncoder(shape: shape).write(response, into: &writer)
        }
    }

    private func outputItem(
        _ type: StaticString, _ response: ResponseID, _ index: Int, _ item: ConversationItem, _ eventID: EventID,
        _ output: inout [UInt8]
    ) {
        frame(type, eventID, &output) { writer in
            writer.member("response_id", response.rawValue)
            writer.member("output_index", index)
            writer.key("item")
            ItemEncoder(shape: shape).write(item, into: &writer)
        }
    }

    /// `part.type` is `text` or `audio` in both shapes.
    private func contentPart(
        _ type: StaticString, _ location: PartLocation, _ part: ContentPart, _ eventID: EventID, _ output: inout [UInt8]
    ) {
        frame(type, eventID, &output) { writer in
            write(location, into: &writer)
            writer.member(
                "part",
                object: { writer in
                    switch part {
                    case .outputAudio(let transcript):
                        writer.member("type", literal: "audio")
                        writer.member("transcript", transcript)
                    case .inputAudio(_, let transcript):
                        writer.member("type", literal: "audio")
                        writer.member("transcript", transcript ?? "")
                    case .outputText(let text), .inputText(let text):
                        writer.member("type", literal: "text")
                        writer.member("text", text)
                    case .inputImage:
                        writer.member("type", literal: "text")
                        writer.member("text", "")
                    }
                })
        }
    }
}
