import Core
import Pipeline
import Testing

@testable import Providers

@Suite("Spelling of requests")
struct RequestSpellingTests {
    private typealias Message = LanguageModelRequest.Message
    private static let system = Message.system("s")
    private static let user = Message.user([.text("u")])
    private static let answer = Message.assistant(text: "a", toolCalls: [])
    private static let call = Message.assistant(text: nil, toolCalls: [.init(id: "c", name: "f", arguments: "{}")])
    private static let result = Message.tool(callID: "c", output: "o")
    private static let opening = Message.user([.text(RequestSpelling.opening)])
    private static let continuing = Message.user([.text(RequestSpelling.continuing)])

    @Test("always ends with what strict servers answer to: a user or the result of a tool")
    func endings() {
        let (system, user, answer) = (Self.system, Self.user, Self.answer)
        let strict = RequestSpelling([.endsWithUser])
        for (messages, added) in [
            ([], Self.opening), ([system], Self.opening), ([answer], Self.continuing),
            ([user, answer], Self.continuing), ([system, answer, system], Self.continuing),
        ] {
            #expect(strict.prepared(messages) == messages + [added])
        }
        for messages in [[user], [user, Self.call, Self.result], [user, system]] {
            #expect(strict.prepared(messages) == messages)
        }
    }

    @Test("asks for an answer even if there is nothing to answer")
    func nothing() {
        #expect(RequestSpelling().prepared([]) == [Self.opening])
        #expect(RequestSpelling().prepared([.system(" \n"), .user([])]) == [Self.opening])
        #expect(RequestSpelling().prepared([Self.system]) == [Self.system])
    }

    @Test("has no empty messages and no empty parts")
    func empty() {
        let image = LanguageModelRequest.UserPart.image(url: "data:", detail: "low")
        let messages: [Message] = [
            .system(""), .user([.text(""), image, .text(" ")]), .user([.text("\n")]),
            .assistant(text: "", toolCalls: []),
            .assistant(text: " ", toolCalls: [.init(id: "c", name: "f", arguments: "")]),
            .tool(callID: "c", output: ""),
        ]
        #expect(
            RequestSpelling().prepared(messages) == [
                .user([image]), .assistant(text: nil, toolCalls: [.init(id: "c", name: "f", arguments: "")]),
                .tool(callID: "c", output: RequestSpelling.noOutput),
            ])
    }

    @Test("keeps all instructions at the beginning for servers that want that")
    func oneSystemMessage() {
        let spelling = RequestSpelling([.oneSystemMessage])
        #expect(
            spelling.prepared([Self.system, Self.user, .system("t"), Self.answer])
                == [.system("s\n\nt"), Self.user, Self.answer])
        #expect(spelling.prepared([Self.user]) == [Self.user])
    }

    @Test("lets user and assistant take turns for servers that want that")
    func alternates() {
        let spelling = RequestSpelling([.alternates, .endsWithUser])
        let (system, user, answer) = (Self.system, Self.user, Self.answer)
        #expect(spelling.prepared([user, user]) == [.user([.text("u"), .text("u")])])
        #expect(
            spelling.prepared([system, user, .system("t"), user]) == [
                system, .user([.text("u"), .text("t"), .text("u")]),
            ])
        #expect(spelling.prepared([user, .system("t")]) == [.user([.text("u"), .text("t")])])
        #expect(
            spelling.prepared([system, answer, answer])
                == [system, Self.opening, .assistant(text: "a\na", toolCalls: []), Self.continuing])
        let merged = Message.assistant(text: "a", toolCalls: [.init(id: "c", name: "f", arguments: "{}")])
        let both = [user, merged, Self.result]
        #expect(spelling.prepared([user, answer, Self.call, Self.result]) == both)
        #expect(spelling.prepared(both) == both)
        #expect(spelling.prepared(both + [answer, user]) == both + [answer, user], "what is said beside a call is no turn")
        let noted = Message.assistant(text: RequestSpelling.noted, toolCalls: [])
        #expect(spelling.prepared(both + [user]) == both + [noted, user])
        #expect(spelling.prepared(both + [system]) == both + [noted, .user([.text("s")])])
    }

    /// What a server says, about what, and what follows from it.
    private static let refusals: [(words: String, messages: [Message], habit: RequestSpelling.Habit?)] = [
        ("'content' field must be a string or an array of objects. Got 'null'.", [user, call, result], .emptyContent),
        (
            "The text field in the ContentBlock object at messages.1.content.0 is blank.", [user, call, result],
            .emptyContent
        ),
        ("'content' is too long", [user], nil),
        ("Function call is missing a thought_signature in functionCall parts.", [user, call, result], .signsCalls),
        ("Invalid tool_choice type: 'object'. Supported string values: none, auto, required", [user], .choosesByList),
        ("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", [user], .maxCompletionTokens),
        ("max_tokens is too large: 100000. This model supports at most 16384.", [user], nil),
        ("Unsupported value: 'temperature' does not support 0.7 with this model.", [user], .noTemperature),
        (
            "{\"loc\": [\"body\", \"stream_options\"], \"msg\": \"Extra inputs are not permitted\"}", [user],
            .noStreamOptions
        ),
        ("Unrecognized request argument supplied: parallel_tool_calls", [user], .noParallelToolCalls),
        ("Conversation roles must alternate user/assistant/user/assistant/...", [user, user], .alternates),
        ("A conversation must start with a user message.", [system, answer], .alternates),
        ("System message must be at the beginning.", [user, system], .oneSystemMessage),
        ("Expected last role User or Tool for serving but got assistant", [user, answer], .endsWithUser),
        ("* GenerateContentRequest.contents: contents is not specified", [system], .endsWithUser),
        ("No user query found in messages.", [system], .endsWithUser),
        ("The model is overloaded.", [user, call, result], nil),
        ("", [user, call, result], nil),
    ]

    @Test("follows what a refusal complains about, if the request holds it", arguments: refusals.indices)
    func complaints(index: Int) {
        let (words, messages, habit) = Self.refusals[index]
        var request = LanguageModelRequest()
        request.messages = messages
        request.tools = [.init(name: "f", description: nil, parameters: nil)]
        request.toolChoice = .function(name: "f")
        request.maxOutputTokens = 9
        request.temperature = 0.7
        request.parallelToolCalls = true
        #expect(RequestSpelling().complaint(in: Array(words.utf8), about: request) == habit, "\(words)")
        request.tools = []
        request.toolChoice = .auto
        request.maxOutputTokens = nil
        request.temperature = nil
        request.parallelToolCalls = nil
        let member: Set<RequestSpelling.Habit> = [
            .choosesByList, .maxCompletionTokens, .noTemperature, .noParallelToolCalls,
        ]
        #expect(
            RequestSpelling().complaint(in: Array(words.utf8), about: request)
                == (habit.map(member.contains) ?? false ? nil : habit), "\(words)")
    }

    @Test("changes back where that helps, and not where it cannot")
    func back() {
        var request = LanguageModelRequest()
        request.messages = [Self.user, Self.call, Self.result]
        let blank = Array("content is blank".utf8)
        #expect(RequestSpelling([.emptyContent]).complaint(in: blank, about: request) == .emptyContent)
        #expect(RequestSpelling([.emptyContent]).changing(.emptyContent) == RequestSpelling())
        request.messages = [Self.user, Self.user]
        let roles = Array("roles must alternate".utf8)
        #expect(RequestSpelling([.alternates]).complaint(in: roles, about: request) == nil)
        #expect(RequestSpelling([.signsCalls, .dropsSignatures]).lasting == RequestSpelling([.signsCalls]))
    }

    @Test("tries no more spellings than its budget allows, and remembers them for each model")
    func budget() {
        let table = ModelHabitsTable(RequestSpelling())
        let habits = table["m"]
        var request = LanguageModelRequest()
        request.messages = [Self.user, Self.call, Self.result]
        let refusal = Array("'content' is bad".utf8)
        var tries = 0
        while habits.spelling(after: refusal, of: request, spelled: habits.spelling, now: .zero) != nil, tries < 1000 {
            tries += 1
        }
        #expect(tries == 20)
        let both = [RequestSpelling(), RequestSpelling([.emptyContent])]
        #expect(
            table["p"].spelling(after: refusal, of: request, spelled: both[1], except: both, now: .zero) == nil,
            "a spelling that was refused is not tried again")
        #expect(habits.spelling == RequestSpelling(), "only what the server took is kept")
        habits.note(RequestSpelling([.emptyContent]), after: RequestSpelling())
        habits.note(RequestSpelling(), after: RequestSpelling())
        #expect(table["m"].spelling == RequestSpelling([.emptyContent]) && table["n"].spelling == RequestSpelling())
        for index in 0..<100 { table["other \(index)"].note(RequestSpelling([.alternates]), after: RequestSpelling()) }
        #expect(table["other 99"].spelling == RequestSpelling())
    }
}

/// What one server refuses another one demands, over real sockets.
@Suite("Strict servers", .timeLimit(.minutes(1)))
struct StrictServerTests {
    private let stages: ProviderStages

    private static let shared = Task { try await ProviderStages() }

    init() async throws { stages = try await Self.shared.value }

    private typealias Message = LanguageModelRequest.Message
    private static let user = Message.user([.text("u")])
    private static let call = Message.assistant(text: nil, toolCalls: [.init(id: "c", name: "f", arguments: "")])
    private static let result = Message.tool(callID: "c", output: "")
    /// Conversations that some server refuses when they are spelled as they are.
    private static let conversations: [[Message]] = [
        [], [.system("s")], [.system("s"), .assistant(text: "a", toolCalls: [])], [user, .system("s"), user],
        [user, user, .assistant(text: "a", toolCalls: [])], [user, call, result], [user, call, result, .system("s")],
    ]
    private static let servers = ["lm_studio", "bedrock", "gemini", "mistral", "qwen", "gemma", "openai"]

    @Test("take every conversation", arguments: servers)
    func conversations(server: String) async throws {
        let model = stages.languageModel("strict=\(server)")
        for (number, messages) in Self.conversations.enumerated() {
            for choice in [LanguageModelRequest.ToolChoice.auto, .none, .function(name: "f")] {
                var request = LanguageModelRequest()
                request.messages = messages
                request.tools = [.init(name: "f", description: nil, parameters: nil)]
                request.toolChoice = choice
                request.maxOutputTokens = 100
                request.temperature = 0.6
                var text = ""
                do throws(ProviderError) {
                    _ = try await model.generate(request) { event throws(ProviderError) in
                        if case .textDelta(let delta) = event { text += delta }
                    }
                } catch {
                    Issue.record("conversation \(number), \(choice): \(error)")
                }
                #expect(!text.isEmpty)
            }
        }
    }
}
