import Core
import RealtimeProtocol

/// One or more of every server event, with every kind of item, part, status and setting in them.
enum SampleEvents {
    static let location = PartLocation(
        responseID: ResponseID("resp_1"), itemID: ItemID("item_2"), outputIndex: 0, contentIndex: 0)
    static let call = FunctionCall(callID: CallID("call_1"), name: "get_weather", arguments: #"{"city":"Köln \"x\""}"#)

    static let items: [ConversationItem] = [
        ConversationItem(
            id: ItemID("item_0"), content: .message(role: .system, parts: [.inputText("Be brief.\n\"Now\"")])),
        ConversationItem(
            id: ItemID("item_1"),
            content: .message(
                role: .user,
                parts: [
                    .inputText("hello"), .inputAudio(audio: nil, transcript: nil),
                    .inputAudio(audio: [1, 2], transcript: "hi"),
                ])),
        ConversationItem(id: ItemID("item_2"), status: .inProgress, content: .message(role: .assistant, parts: [])),
        ConversationItem(
            id: ItemID("item_3"), status: .incomplete,
            content: .message(role: .assistant, parts: [.outputText("text 😀"), .outputAudio(transcript: "spoken")])),
        ConversationItem(id: ItemID("item_4"), content: .functionCall(call)),
        ConversationItem(id: ItemID("item_5"), content: .functionCallOutput(callID: CallID("call_1"), output: "{}")),
    ]

    static let image = ConversationItem(
        id: ItemID("item_6"),
        content: .message(role: .user, parts: [.inputImage(url: "data:image/png;base64,AA==", detail: "auto")]))

    static var fullConfiguration: SessionConfiguration {
        var configuration = SessionConfiguration(model: "gpt-realtime")
        configuration.outputModality = .text
        configuration.instructions = "Speak \"plainly\"."
        configuration.input.format = .g711MuLaw
        configuration.input.transcription = TranscriptionSettings(model: "whisper-1", language: "de", prompt: "names")
        configuration.input.noiseReduction = .farField
        var vad = ServerVAD()
        vad.idleTimeout = .seconds(6)
        vad.interruptResponse = false
        configuration.input.turnDetection = .serverVAD(vad)
        configuration.output.format = .g711ALaw
        configuration.output.voice = "marin"
        configuration.output.speed = 1.25
        configuration.tools = [
            .function(FunctionTool(name: "a", description: "b", parameters: .object(["type": .string("object")]))),
            .function(FunctionTool(name: "bare")),
        ]
        configuration.toolChoice = .function(name: "a")
        configuration.parallelToolCalls = false
        configuration.maxOutputTokens = .limited(100)
        configuration.truncation = .retentionRatio(0.5, tokenLimit: 10)
        configuration.tracing = .string("auto")
        configuration.prompt = .object(["id": .string("pmpt_1")])
        configuration.reasoning = .object(["effort": .string("low")])
        configuration.include = ["item.input_audio_transcription.logprobs"]
        return configuration
    }

    static var configurations: [SessionConfiguration] {
        var semantic = SessionConfiguration(model: "gpt-realtime")
        semantic.input.turnDetection = .semanticVAD(SemanticVAD())
        semantic.toolChoice = .required
        semantic.truncation = .disabled
        var manual = SessionConfiguration(model: "gpt-realtime")
        manual.input.turnDetection = nil
        manual.tracing = .object(["workflow_name": .string("w")])
        var transcription = SessionConfiguration(kind: .transcription, model: "gpt-realtime")
        transcription.input.transcription = TranscriptionSettings(model: "whisper-1")
        return [SessionConfiguration(model: "gpt-realtime"), fullConfiguration, semantic, manual, transcription]
    }

    static var responses: [ResponseObject] {
        let statuses: [ResponseStatus] = [
            .inProgress, .completed, .cancelled(.turnDetected), .cancelled(.clientCancelled),
            .incomplete(.maxOutputTokens),
            .incomplete(.contentFilter),
            .failed(type: "server_error", code: "server_error", message: "The model failed."),
        ]
        return statuses.enumerated().map { index, status in
            var response = ResponseObject(
                id: ResponseID("resp_1"), status: status, conversationID: index == 1 ? nil : ConversationID("conv_1"),
                outputModality: index == 0 ? .text : .audio, maxOutputTokens: index == 0 ? .infinite : .limited(7),
                voice: "alloy",
                outputFormat: .pcm16, temperature: 0.8, metadata: index == 2 ? ["k": "v"] : nil)
            if index > 0 {
                response.output = [items[3], items[4]]
                var usage = Usage()
                usage.inputTextTokens = 10
                usage.inputAudioTokens = 20
                usage.inputImageTokens = 1
                usage.cachedTextTokens = 4
                usage.outputTextTokens = 3
                usage.outputAudioTokens = 5
                response.usage = usage
            }
            return response
        }
    }

    static var all: [ServerEvent] {
        let item = ItemID("item_1")
        var events: [ServerEvent] = []
        for configuration in configurations {
            let session = SessionObject(id: SessionID("sess_1"), configuration: configuration, expiresAt: 1_700_003_600)
            events += [.sessionCreated(session), .sessionUpdated(session)]
        }
        for item in items {
            events += [
                .itemAdded(item, previous: nil), .itemAdded(item, previous: ItemID("item_x")),
                .itemDone(item, previous: nil),
                .itemRetrieved(item, audio: [:]), .itemRetrieved(item, audio: [0: Array("AAECAw==".utf8)]),
                .outputItemAdded(ResponseID("resp_1"), outputIndex: 0, item: item),
                .outputItemDone(ResponseID("resp_1"), outputIndex: 1, item: item),
            ]
        }
        let list = ConversationItem(id: ItemID("item_mcp"), content: .mcpListTools(serverLabel: "docs"))
        events += [
            .itemAdded(list, previous: nil), .mcpListToolsInProgress(list.id), .mcpListToolsFailed(list.id),
            .itemDone(list, previous: nil),
        ]
        for response in responses { events += [.responseCreated(response), .responseDone(response)] }
        for part in [
            ContentPart.outputText(""), .outputAudio(transcript: ""), .outputText("x"), .outputAudio(transcript: "y"),
        ] {
            events += [.contentPartAdded(location, part: part), .contentPartDone(location, part: part)]
        }
        let logprobs = [
            TranscriptLogprob(token: "h", logprob: -0.25, bytes: [104]),
            TranscriptLogprob(token: "é", logprob: 0, bytes: [195, 169]),
        ]
        let error = ProtocolError(.invalidValue, "Invalid.", parameter: "session.x", eventID: "client_1")
        return events + [
            .itemDeleted(item), .itemTruncated(item, contentIndex: 0, audioEnd: .milliseconds(1500)),
            .transcriptionDelta(item, contentIndex: 0, delta: "he"),
            .transcriptionCompleted(
                item, contentIndex: 0, transcript: "hello", usage: .tokens(inputText: 1, inputAudio: 2, output: 3)),
            .transcriptionCompleted(item, contentIndex: 0, transcript: "", usage: .duration(seconds: 1.5)),
            .transcriptionDelta(item, contentIndex: 0, delta: "hé", logprobs: logprobs),
            .transcriptionCompleted(
                item, contentIndex: 0, transcript: "hé", usage: .duration(seconds: 1), logprobs: logprobs),
            .transcriptionCompleted(
                item, contentIndex: 0, transcript: "", usage: .duration(seconds: 1), logprobs: []),
            .transcriptionFailed(
                item, contentIndex: 0,
                error: TranscriptionFailure(type: "server_error", code: "server_error", message: "m")),
            .inputAudioCommitted(item, previous: nil), .inputAudioCommitted(item, previous: ItemID("item_0")),
            .inputAudioCleared,
            .speechStarted(item, audioStart: .milliseconds(100)), .speechStopped(item, audioEnd: .milliseconds(900)),
            .idleTimeoutTriggered(item, audioStart: .seconds(1), audioEnd: .seconds(7)),
            .outputTextDelta(location, delta: "a"), .outputTextDone(location, text: "ab"),
            .outputTranscriptDelta(location, delta: "a"), .outputTranscriptDone(location, transcript: "ab"),
            .outputAudioDelta(location, audio: [1, 2, 3, 4]), .outputAudioDone(location),
            .functionArgumentsDelta(ResponseID("resp_1"), item, outputIndex: 1, callID: CallID("call_1"), delta: "{"),
            .functionArgumentsDone(ResponseID("resp_1"), item, outputIndex: 1, call: call),
            .rateLimitsUpdated([RateLimit(name: .tokens, limit: 100, remaining: 90, resetSeconds: 0.5)]),
            .error(error), .error(ProtocolError(nil, "No code.")),
        ]
    }
}
