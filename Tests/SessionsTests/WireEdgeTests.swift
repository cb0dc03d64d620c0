import Core
import Foundation
import Pipeline
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

/// Rules of the protocol at their edges, as a client sees them on the wire.
@Suite("Edges of the protocol") struct WireEdgeTests {
    private static let voiceChange = [
        RealtimeShape.ga: #"{"type":"realtime","audio":{"output":{"voice":"sage"}}}"#, .beta: #"{"voice":"sage"}"#,
    ]
    private static let speedChange = [
        RealtimeShape.ga: #"{"type":"realtime","audio":{"output":{"speed":1.2}}}"#, .beta: #"{"speed":1.2}"#,
    ]
    private static let voiceWish = [
        RealtimeShape.ga: #"{"audio":{"output":{"voice":"sage"}}}"#, .beta: #"{"voice":"sage"}"#,
    ]

    @Test(
        "A rule of the session names its field as the shape of the connection does",
        arguments: [
            (
                RealtimeShape.ga, "session.audio.output.voice", "session.audio.output.speed",
                "response.audio.output.voice"
            ),
            (RealtimeShape.beta, "session.voice", "session.speed", "response.voice"),
        ])
    func parameters(shape: RealtimeShape, voice: String, speed: String, wish: String) {
        let talk = LiveSession(shape: shape)
        talk.send(#"{"type":"response.create"}"#)
        talk.loop.advance(by: .milliseconds(600))
        talk.send(#"{"type":"session.update","session":\#(Self.speedChange[shape] ?? "")}"#)
        #expect(talk.last("error")?.string("error", "param") == speed)
        talk.loop.advance(by: .seconds(10))
        talk.send(#"{"type":"session.update","session":\#(Self.voiceChange[shape] ?? "")}"#)
        #expect(talk.last("error")?.string("error", "param") == voice)
        talk.send(#"{"type":"response.create","response":\#(Self.voiceWish[shape] ?? "")}"#)
        #expect(talk.last("error")?.string("error", "param") == wish)
        #expect(talk.connection.frames.filter { $0.type == "error" }.count == 3)
    }

    @Test("A beta client whose session is the wrong one is told the event's own field")
    func wrongKind() {
        let talk = LiveSession(shape: .beta)
        talk.send(#"{"type":"transcription_session.update","session":{}}"#)
        #expect(talk.last("error")?.string("error", "param") == "type")
        talk.send(#"{"type":"session.update","session":{"type":"realtime"}}"#)
        #expect(talk.last("error")?.string("error", "param") == "session.type")
    }

    @Test("Updates that add up to more than a frame holds are refused, and change nothing")
    func largeSession() {
        let talk = LiveSession()
        func update(_ member: String) {
            talk.send(#"{"type":"session.update","session":{"type":"realtime",\#(member)}}"#)
        }
        update(#""instructions":"\#(String(repeating: "x", count: 256_000))""#)
        #expect(talk.connection.frames.last?.type == "session.updated")
        update(#""audio":{"input":{"transcription":{"prompt":"\#(String(repeating: "é", count: 256_000))"}}}"#)
        #expect(talk.connection.frames.last?.type == "session.updated")
        update(#""prompt":{"id":"p","variables":{"a":"\#(String(repeating: "x", count: 300_000))"}}"#)
        #expect(talk.last("error")?.string("error", "code") == "string_above_max_length")
        #expect(talk.last("error")?.string("error", "param") == "session")
        // As many characters, but six bytes each on the wire.
        update(#""instructions":"\#(String(repeating: #"\u0001"#, count: 256_000))""#)
        #expect(talk.connection.frames.filter { $0.type == "error" }.count == 2)
        update(#""instructions":"brief""#)
        #expect(talk.last("session.updated")?.value(["session", "prompt"]) is NSNull)
    }

    @Test("An item whose text would not fit into a frame once it is escaped is refused")
    func largeItem() {
        let talk = LiveSession()
        func create(_ text: String) {
            talk.send(
                #"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"\#(text)"}]}}"#
            )
        }
        create(String(repeating: #"\u0001"#, count: 200_000))
        #expect(talk.last("error")?.string("error", "param") == "item")
        create(String(repeating: "x", count: 200_000))
        #expect(talk.connection.frames.last?.type == "conversation.item.done")
    }

    @Test("An id that a turn or a response in progress has is taken")
    func takenIDs() throws {
        let talk = ScriptedConversation()
        talk.append(200)
        talk.input(.speechStarted(position: .milliseconds(100)))
        let turns = talk.events.compactMap { if case .speechStarted(let id, _) = $0 { id } else { nil } }
        let id = try #require(turns.last)
        talk.client(.itemCreate(.user("mine", id: id.rawValue), previous: .tail))
        #expect(talk.errors.map(\.code) == [.duplicateItemID])
        talk.append(600)
        talk.input(.speechStopped)
        talk.client(.itemDelete(id))
        talk.client(.itemCreate(.user("mine", id: id.rawValue), previous: .tail))
        #expect(talk.errors.count == 2)
        talk.input(.transcriptFinal(id, Transcript(text: "hello")))
        talk.spoken("Hello", milliseconds: 500)
        let answer = try #require(talk.items.last?.id)
        talk.client(.itemDelete(answer))
        talk.client(.itemCreate(.user("mine", id: answer.rawValue), previous: .tail))
        #expect(talk.errors.map(\.code) == [.duplicateItemID, .duplicateItemID, .duplicateItemID])
        talk.finishResponse()
        talk.advance(5_000)
        talk.client(.itemCreate(.user("mine", id: answer.rawValue), previous: .tail))
        #expect(talk.errors.count == 3)
        #expect(talk.items.map(\.id) == [answer])
    }

    @Test("A truncation of a part that an answer does not have names the part")
    func contentIndex() throws {
        let talk = ScriptedConversation()
        talk.client(.responseCreate(ResponseRequest()))
        talk.spoken("Hello", milliseconds: 500)
        let answer = try #require(talk.items.last?.id)
        talk.client(.itemTruncate(answer, contentIndex: 1, audioEnd: .zero))
        #expect(talk.errors.map(\.code) == [.invalidValue])
        #expect(talk.errors.map(\.parameter) == ["content_index"])
    }

    @Test("The session's temperature reaches the model only if somebody set it")
    func temperature() {
        let talk = ScriptedConversation { $0.outputModality = .text }
        func asked() -> Double? {
            talk.client(.responseCreate(ResponseRequest()))
            talk.finishResponse(spoken: false)
            return talk.response.flatMap { talk.plans[$0] }?.model.temperature
        }
        #expect(asked() == nil)
        #expect(talk.done?.temperature == 0.8)
        var update = SessionUpdate()
        update.temperature = 1.1
        talk.client(.sessionUpdate(update))
        #expect(asked() == 1.1)
        #expect(talk.done?.temperature == 1.1)
    }

    @Test("Audio in several parts of one item is heard as one, and its words stand in the first part")
    func severalAudioParts() {
        let talk = ScriptedConversation()
        let parts: [ContentPart] = [
            .inputAudio(audio: [1, 2], transcript: nil), .inputText("and"),
            .inputAudio(audio: [3, 4], transcript: nil),
            .inputAudio(audio: [5, 6], transcript: "known"),
        ]
        talk.client(
            .itemCreate(
                ConversationItem(id: ItemID("a"), content: .message(role: .user, parts: parts)), previous: .tail))
        let heard = talk.actions.compactMap { if case .transcribeAudio(_, let audio, _, _) = $0 { audio } else { nil } }
        #expect(heard == [[1, 2, 3, 4]])
        talk.input(.transcriptFinal(ItemID("a"), Transcript(text: "words")))
        #expect(
            talk.items.map(\.content) == [
                .message(
                    role: .user,
                    parts: [
                        .inputAudio(audio: nil, transcript: "words"), .inputText("and"),
                        .inputAudio(audio: nil, transcript: ""), .inputAudio(audio: nil, transcript: "known"),
                    ])
            ])
    }

    @Test("Audio that only one response would see is refused, because nobody would hear it")
    func audioOfOneResponse() {
        let talk = ScriptedConversation()
        func ask(_ part: ContentPart) {
            var request = ResponseRequest()
            request.inConversation = false
            request.input = [.item(ConversationItem(id: ItemID(""), content: .message(role: .user, parts: [part])))]
            talk.client(.responseCreate(request))
        }
        ask(.inputAudio(audio: [1, 2], transcript: nil))
        #expect(talk.errors.map(\.parameter) == ["response.input[0].content[0].audio"])
        ask(.inputAudio(audio: [1, 2], transcript: "hello"))
        #expect(talk.errors.count == 1)
        #expect(talk.response.flatMap { talk.plans[$0] }?.model.messages == [.user([.text("hello")])])
    }
}
