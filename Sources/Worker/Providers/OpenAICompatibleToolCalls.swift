import Core
import Pipeline

/// Puts streamed tool calls together.
///
/// Pure.
///
/// DESIGN: OpenAI gives each call an index, its id and name in the first delta, then arguments bit by bit. Others leave the index
/// out, use 0 for every call, send the id later or a new one with every delta, send the arguments whole, again and again, or as an
/// object, and put several calls into one (`ToolCallArguments` tells them apart). A call is announced when its name is known and its
/// id is, or its arguments begin; its number is its place in the order of the calls.
struct OpenAICompatibleToolCalls {
    private struct Call {
        var index: Int?
        var id = ""
        var name = ""
        var arguments = ToolCallArguments()
        var halves = SurrogateHalves()
        /// Arguments that came before the call could be announced.
        var held = ""
        /// What must come back with the call.
        var extra: [String: JSONValue] = [:]
        var isAnnounced = false
    }
    private let provider: String
    private var calls: [Call] = []

    /// - Parameter provider: who makes the calls.
    init(provider: String = "") { self.provider = provider }

    /// Whether there are none.
    var isEmpty: Bool { calls.isEmpty }

    /// The `tool_calls` of one delta.
    mutating func read(_ deltas: [JSONValue], isMarked: Bool = false) -> [LanguageModelEvent] {
        var pieces: [LanguageModelEvent] = []
        for delta in deltas.prefix(Self.mostCalls) {
            let id = delta["id"]?.string ?? ""
            let function = delta["function"] ?? delta
            let name = function["name"]?.string ?? ""
            guard var place = place(of: delta["index"]?.count, id: id, name: name) else { continue }
            if calls[place].id.isEmpty { calls[place].id = id }
            if calls[place].name.isEmpty { calls[place].name = name }
            for (name, value) in delta.object ?? [:] where !Self.known.contains(name) && !value.isNull {
                calls[place].extra[name] = value
            }
            let index = calls[place].index
            var text = calls[place].halves.joined(Self.arguments(function["arguments"]), isMarked: isMarked)
            while true {
                let (taken, rest) = calls[place].arguments.read(text)
                calls[place].held += taken
                pieces += release(place)
                guard !rest.isEmpty, calls.count < Self.mostCalls else { break }
                // A second object is a second call of the same tool.
                calls.append(Call(index: index, name: name.isEmpty ? calls[place].name : name))
                place = calls.count - 1
                text = rest
            }
        }
        return pieces
    }

    /// What is still held back; nil if a call never got a name.
    ///
    /// A call without arguments gets an empty object, so that they parse.
    mutating func finish() -> [LanguageModelEvent]? {
        guard calls.allSatisfy({ !$0.name.isEmpty }) else { return nil }
        var pieces: [LanguageModelEvent] = []
        for place in calls.indices {
            let taken = calls[place].arguments.read(calls[place].halves.finish()).taken
            calls[place].held += taken + calls[place].arguments.finish()
            pieces += release(place, isEnd: true)
            if let extra = ToolCallExtra(provider: provider, members: calls[place].extra).text {
                pieces.append(.toolCallExtra(index: place, extra))
            }
        }
        return pieces
    }

    private mutating func release(_ place: Int, isEnd: Bool = false) -> [LanguageModelEvent] {
        let call = calls[place]
        guard !call.name.isEmpty, isEnd || !call.id.isEmpty || !call.held.isEmpty else { return [] }
        var pieces: [LanguageModelEvent] = []
        if !call.isAnnounced {
            calls[place].isAnnounced = true
            pieces.append(.toolCallStarted(index: place, id: call.id, name: call.name))
        }
        if !call.held.isEmpty {
            pieces.append(.toolCallArgumentsDelta(index: place, delta: call.held))
            calls[place].held = ""
        }
        return pieces
    }

    /// The call that a delta belongs to; a new one if none fits, nil if there are too many.
    private mutating func place(of index: Int?, id: String, name: String) -> Int? {
        if let place = known(index, id: id, name: name) { return place }
        guard calls.count < Self.mostCalls else { return nil }
        calls.append(Call(index: index))
        return calls.count - 1
    }

    private func known(_ index: Int?, id: String, name: String) -> Int? {
        let hasNewID = !id.isEmpty && !calls.contains { $0.id == id }
        if let index {
            guard let place = calls.lastIndex(where: { $0.index == index }) else { return nil }
            // The same index with another id and a name is another call; with another id alone it is a provider that makes up ids.
            if hasNewID, !name.isEmpty, !calls[place].id.isEmpty { return nil }
            // Another name is another tool.
            return name.isEmpty || calls[place].name.isEmpty || calls[place].name == name ? place : nil
        }
        if !id.isEmpty, let place = calls.lastIndex(where: { $0.id == id }) { return place }
        return name.isEmpty && !calls.isEmpty ? calls.count - 1 : nil
    }

    private static func arguments(_ value: JSONValue?) -> String {
        switch value {
        case .string(let text): text
        case .object, .array: value?.serialized ?? ""
        default: ""
        }
    }

    /// The members of a call that are read.
    private static let known: Set = ["index", "id", "type", "function", "name", "arguments"]
    /// Calls of one answer; a model that makes more has lost its way.
    private static let mostCalls = 128
}
