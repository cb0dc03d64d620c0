import Core
import RealtimeProtocol
import Sessions
import TestSupport

// What a client may do at any moment, sensible or not.
extension RandomWalker {
    mutating func client() {
        switch Int.random(in: 0..<17, using: &random) {
        case 0: talk.client(.inputAudioCommit)
        case 1: talk.client(.inputAudioClear)
        case 2...4: talk.client(.itemCreate(item(), previous: place()))
        case 5: talk.client(.itemDelete(someItem()))
        case 6: talk.client(.itemRetrieve(someItem()))
        case 7:
            let end = Duration.milliseconds(Int.random(in: 0...4000, using: &random))
            talk.client(.itemTruncate(someItem(), contentIndex: 0, audioEnd: end))
        case 8...10: talk.client(.responseCreate(ResponseRequest()))
        case 11: talk.client(.responseCreate(request()))
        case 12: talk.client(.responseCreate(outOfBand()))
        case 13: talk.client(.responseCancel(one(nil, runningIDs.randomElement(using: &random))))
        case 14: talk.input(.rejected(ProtocolError(.invalidValue, "No.", parameter: "type", eventID: "e")))
        default: talk.client(.sessionUpdate(update()), id: "event_of_client")
        }
    }

    private mutating func one<Value>(_ values: Value...) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    private mutating func someItem() -> ItemID { talk.items.randomElement(using: &random)?.id ?? ItemID("nothing") }

    private mutating func place() -> PreviousItem {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: .head
        case 1: .after(someItem())
        case 2: .after(ItemID("nowhere"))
        default: .tail
        }
    }

    private mutating func item() -> ConversationItem {
        let id = ItemID(Int.random(in: 0..<6, using: &random) == 0 ? one("a", "b", "c") : "")
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return ConversationItem(id: id, content: .message(role: .assistant, parts: [.outputText("earlier")]))
        case 1: return ConversationItem(id: id, content: .message(role: .system, parts: [.inputText("be kind")]))
        case 2:
            let audio = [UInt8](repeating: 7, count: 2 * Int.random(in: 0...4000, using: &random))
            let transcript = one(nil, "said before")
            let parts: [ContentPart] = [.inputAudio(audio: audio, transcript: transcript), .inputText("and a text")]
            return ConversationItem(id: id, content: .message(role: .user, parts: parts))
        case 3:
            let arguments = one("{}", "{\"a\":1}")
            let call = FunctionCall(callID: CallID(one("", "call_client")), name: "tool", arguments: arguments)
            return ConversationItem(id: id, content: .functionCall(call))
        case 4: return ConversationItem(id: id, content: .functionCallOutput(callID: someCall(), output: "result"))
        case 5:
            return ConversationItem(
                id: id, content: .message(role: .assistant, parts: [.outputAudio(transcript: "hm")]))
        default: return ConversationItem(id: id, content: .message(role: .user, parts: [.inputText("text")]))
        }
    }

    /// A call of the conversation, answered or not, or one that is not there.
    private mutating func someCall() -> CallID {
        let calls = talk.items.compactMap { item in
            if case .functionCall(let call) = item.content { call.callID } else { nil }
        }
        return calls.randomElement(using: &random) ?? CallID("call_unknown")
    }

    /// A response with some settings of its own.
    private mutating func request() -> ResponseRequest {
        var request = ResponseRequest()
        if Bool.random(using: &random) { request.outputModality = one(.audio, .text) }
        if Bool.random(using: &random) { request.outputFormat = Self.format(&random) }
        if Int.random(in: 0..<4, using: &random) == 0 { request.voice = one("alloy", "echo") }
        if Bool.random(using: &random) { request.metadata = ["client_event_id": "1"] }
        if Bool.random(using: &random) { request.maxOutputTokens = one(.infinite, .limited(12)) }
        if Bool.random(using: &random) { request.instructions = one("", "Sing.") }
        if Bool.random(using: &random) { request.toolChoice = one(.required, ToolChoice.none, .function(name: "tool")) }
        if Bool.random(using: &random) { request.tools = [.function(FunctionTool(name: "tool"))] }
        if Int.random(in: 0..<3, using: &random) == 0 { request.input = input() }
        return request
    }

    private mutating func outOfBand() -> ResponseRequest {
        var request = request()
        request.inConversation = false
        if Bool.random(using: &random) { request.input = input() }
        return request
    }

    /// Items of the conversation by reference, items of its own, an unknown one at times.
    private mutating func input() -> [ResponseRequest.InputItem] {
        (0..<Int.random(in: 0...4, using: &random)).map { _ in
            switch Int.random(in: 0..<8, using: &random) {
            case 0...4: .reference(someItem())
            default: .item(item())
            }
        }
    }

    private mutating func update() -> SessionUpdate {
        var update = SessionUpdate()
        switch Int.random(in: 0..<13, using: &random) {
        case 11, 12: update.behavior = BehaviorSamples.random(&random)
        case 0: update.turnDetection = Self.detection(&random).map { .set($0) } ?? .clear
        case 1: update.voice = one("alloy", "echo")
        case 2: update.speed = one(0.5, 1, 1.5)
        case 3: update.inputFormat = Self.format(&random)
        case 4: update.outputFormat = Self.format(&random)
        case 5: update.outputModality = one(.audio, .text)
        case 6: update.tracing = one(.keep, .clear, .set(.string("auto")))
        case 7: update.noiseReduction = one(.clear, .set(.nearField), .set(.farField))
        case 8: update.truncation = one(.auto, .disabled, .retentionRatio(0.5, tokenLimit: 100))
        case 9:
            update.tools = one([], [.function(FunctionTool(name: "tool", description: "does it"))])
            update.include = one(.clear, .set(["item.input_audio_transcription.logprobs"]))
            update.kind = one(nil, .realtime, .transcription)
        default:
            update.instructions = one("", "Be brief.")
            var transcription = SessionUpdate.TranscriptionUpdate()
            transcription.model = .set("whisper-1")
            if togglesTranscription { update.transcription = one(.clear, .set(transcription)) }
        }
        return update
    }
}
