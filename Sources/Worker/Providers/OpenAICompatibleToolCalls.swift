import Core
import Pipeline

/// Puts streamed tool calls together.
///
/// Pure.
///
/// DESIGN: OpenAI gives each call an index, its id and name in the first delta, then arguments bit by bit. Others leave the index
/// out, use 0 for every call, send the id later or a new one with every delta, send the arguments whole, or as an object. A call is
/// announced when its name is known and its id is, or its arguments begin; its number is its place in the order of announcement of
/// the provider.
struct OpenAICompatibleToolCalls {
    private struct Call {
        var index: Int?
        var id = ""
        var name = ""
        /// Arguments that came before the call could be announced.
        var held = ""
        var isAnnounced = false
        var hasArguments = false
    }
    private var calls: [Call] = []

    /// Whether there are none.
    var isEmpty: Bool { calls.isEmpty }

    /// The `tool_calls` of one delta.
    mutating func read(_ deltas: [JSONValue]) -> [LanguageModelEvent] {
        var pieces: [LanguageModelEvent] = []
        for delta in deltas {
            let id = delta["id"]?.string ?? ""
            let name = delta["function"]?["name"]?.string ?? ""
            let place = place(of: delta["index"]?.integer, id: id, name: name)
            if calls[place].id.isEmpty { calls[place].id = id }
            if calls[place].name.isEmpty { calls[place].name = name }
            calls[place].held += Self.arguments(delta["function"]?["arguments"])
            let isReady = !calls[place].id.isEmpty || !calls[place].held.isEmpty
            if !calls[place].name.isEmpty, isReady { pieces += release(place) }
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
            if !calls[place].hasArguments { calls[place].held += calls[place].held.isEmpty ? "{}" : "" }
            pieces += release(place)
        }
        return pieces
    }

    private mutating func release(_ place: Int) -> [LanguageModelEvent] {
        var pieces: [LanguageModelEvent] = []
        if !calls[place].isAnnounced {
            calls[place].isAnnounced = true
            pieces.append(.toolCallStarted(index: place, id: calls[place].id, name: calls[place].name))
        }
        if !calls[place].held.isEmpty {
            calls[place].hasArguments = true
            pieces.append(.toolCallArgumentsDelta(index: place, delta: calls[place].held))
            calls[place].held = ""
        }
        return pieces
    }

    /// The call that a delta belongs to; a new one if none fits.
    private mutating func place(of index: Int?, id: String, name: String) -> Int {
        if let place = known(index, id: id, name: name) { return place }
        calls.append(Call(index: index))
        return calls.count - 1
    }

    private func known(_ index: Int?, id: String, name: String) -> Int? {
        let hasNewID = !id.isEmpty && !calls.contains { $0.id == id }
        if let index {
            guard let place = calls.lastIndex(where: { $0.index == index }) else { return nil }
            // The same index with another id and a name is another call; with another id alone it is a provider that makes up ids.
            return hasNewID && !name.isEmpty && !calls[place].id.isEmpty ? nil : place
        }
        if !id.isEmpty, let place = calls.lastIndex(where: { $0.id == id }) { return place }
        return name.isEmpty && !calls.isEmpty ? calls.count - 1 : nil
    }

    private static func arguments(_ value: JSONValue?) -> String {
        switch value {
        case .string(let text): text
        case .object: value?.serialized ?? ""
        default: ""
        }
    }
}
