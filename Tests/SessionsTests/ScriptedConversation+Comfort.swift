import Audio
import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Waveforms

extension ScriptedConversation {
    /// A conversation with phrases of 400 ms, and a question.
    static func acknowledging(
        _ configure: (inout SessionConfiguration) -> Void = { _ in }, phrase: Int? = 400,
        settings: SessionSettings = SessionSettings()
    ) -> ScriptedConversation {
        let talk = ScriptedConversation(
            configure: {
                $0.behavior.acknowledgement.isEnabled = true
                configure(&$0)
            }, settings: settings)
        talk.phraseMilliseconds = phrase
        talk.client(.itemCreate(.user("count"), previous: .tail))
        _ = talk.names()
        return talk
    }

    /// A conversation with the typing sound `loop` at full volume and no phrases, and a question.
    static func typing(
        _ loop: TypingLoop, _ configure: (inout SessionConfiguration) -> Void = { _ in }
    ) -> ScriptedConversation {
        let talk = ScriptedConversation(configure: {
            $0.behavior.typingSound.isEnabled = true
            $0.behavior.typingSound.volume = 1
            configure(&$0)
        })
        talk.input(.typingReady(loop))
        talk.client(.itemCreate(.user("count"), previous: .tail))
        _ = talk.names()
        return talk
    }

    /// Time since the beginning.
    var elapsed: Duration { now - MonotonicInstant.zero }

    /// One stretch of audio as it left.
    struct Sent {
        let at: Duration
        let isComfort: Bool
        let bytes: ArraySlice<UInt8>
    }

    /// All audio sent so far.
    var sentAudio: [Sent] {
        events.indices.compactMap { index in
            guard case .outputAudioDelta(_, let bytes) = events[index] else { return nil }
            return Sent(at: times[index], isComfort: comfortEvents.contains(index), bytes: bytes)
        }
    }

    /// Milliseconds of comfort audio in PCM16 so far.
    var comfortSent: Int { sentAudio.filter(\.isComfort).reduce(0) { $0 + $1.bytes.count } / 48 }

    /// The samples of all audio in PCM16 so far.
    var samples: [Int16] {
        var samples: [Int16] = []
        for sent in sentAudio { PCM16.decode(Array(sent.bytes).span, appendingTo: &samples) }
        return samples
    }

    /// The transcript of the newest message of the assistant.
    var transcript: String? {
        guard case .message(.assistant, let parts)? = items.last(where: \.isAssistant)?.content,
            case .outputAudio(let text)? = parts.first
        else { return nil }
        return text
    }

    /// What the model is shown when it is asked now.
    func prompt() -> [LanguageModelRequest.Message]? {
        client(.responseCreate(ResponseRequest()))
        return response.flatMap { plans[$0] }?.model.messages
    }

    /// Silence of the answer, and no words.
    func silence(milliseconds: Int) {
        guard let response else { return }
        input(.response(response, .speechPiece("silence ")))
        input(.response(response, .speechAudio([UInt8](repeating: 0, count: milliseconds * 48))))
    }

    /// The model calls a tool and is done.
    func callTool() {
        guard let response else { return }
        input(.response(response, .toolCallStarted(index: 0, name: "look_up")))
        input(.response(response, .toolCallArgumentsDelta(index: 0, delta: "{}")))
        finishResponse(.toolCalls)
    }

    /// A tool of the server begins to run for a response.
    func serverToolBegins(_ id: ResponseID) {
        let call = LanguageModelRequest.ToolCall(id: "call_server", name: "look_up", arguments: "{}")
        input(.response(id, .serverToolStarted(call, timeout: .seconds(60))))
    }

    /// It has answered.
    func serverToolEnds(_ id: ResponseID) {
        input(.response(id, .serverToolFinished(callID: "call_server", output: "found")))
    }
}
