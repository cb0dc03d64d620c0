import Core
import RealtimeProtocol
import Sessions
import Testing

/// Watches everything that a session says and reports the first thing that no client may ever see
/// (`at most one active response`, `exactly one terminal event`, `nothing after it`, …).
struct ConversationInvariants {
    private var openResponses: [ResponseID: ResponseObject] = [:]
    private var doneResponses: Set<ResponseID> = []
    private var openItems: Set<ItemID> = []
    private var openOutputs: [ResponseID: Set<ItemID>] = [:]
    private var parts: [ItemID: String] = [:]
    private var order: [ItemID] = []
    private var speaking: ItemID?
    private var awaitingTranscript: Set<ItemID> = []
    /// Audio bytes that the making of a response handed over, and those that were sent.
    private var offered: [ResponseID: Int] = [:]
    private var sent: [ResponseID: Int] = [:]
    /// Items whose newest delta is shorter than the others, and how often comfort audio followed speech in a response.
    private var ended: Set<ItemID> = []
    private var seams: [ResponseID: Int] = [:]
    private var wasSpeech: Set<ResponseID> = []
    private var truncated: Set<ResponseID> = []
    private var responseOf: [ItemID: ResponseID] = [:]
    /// Everything said of an item, heard or not.
    private var said: [ItemID: String] = [:]
    /// Responses whose making was stopped before the client knew of them.
    private var stale: Set<ResponseID> = []
    /// Responses that are spoken in the conversation, those in which comfort audio was heard, and the phrases asked for in each.
    private var mayComfort: Set<ResponseID> = []
    private var comforted: Set<ResponseID> = []
    private var askedPhrases: [ResponseID: Int] = [:]
    private(set) var violations: [String] = []

    /// Looks at the next event.
    ///
    /// `isComfort`: it is audio that is none of the answer's.
    mutating func see(_ event: ServerEvent, isComfort: Bool = false) {
        switch event {
        case .responseCreated(let object): created(object)
        case .responseDone(let object): done(object)
        case .itemAdded(let item, let previous): added(item, previous)
        case .itemDone(let item, _):
            check(openItems.remove(item.id) != nil, "item done without added: \(item.id)")
            check(item.status != .inProgress, "item done in progress")
        case .itemTruncated(let id, _, _):
            if let response = responseOf[id] { truncated.insert(response) }
        case .itemDeleted(let id):
            order.removeAll { $0 == id }
            openItems.remove(id)
        case .outputItemAdded(let response, _, let item):
            check(openResponses[response] != nil, "output of no open response")
            openOutputs[response, default: []].insert(item.id)
        case .outputItemDone(let response, _, let item):
            check(openOutputs[response]?.remove(item.id) != nil, "output done without added")
        case .contentPartAdded(let location, _):
            alive(location)
            parts[location.itemID] = ""
            said[location.itemID] = ""
            responseOf[location.itemID] = location.responseID
        case .outputTextDelta(let location, let delta), .outputTranscriptDelta(let location, let delta):
            alive(location)
            parts[location.itemID]? += delta
            said[location.itemID]? += delta
        case .outputTextDone(let location, let text), .outputTranscriptDone(let location, let text):
            check(parts[location.itemID] == text, "deltas do not add up to done")
        case .contentPartDone(let location, _):
            check(parts.removeValue(forKey: location.itemID) != nil, "part done without added")
        case .outputAudioDelta(let location, let audio):
            alive(location)
            check(parts[location.itemID] != nil, "audio outside a part")
            let sample = openResponses[location.responseID]?.outputFormat.bytesPerSample ?? 1
            check(!audio.isEmpty && audio.count % sample == 0, "broken audio")
            let frame = frameBytes(openResponses[location.responseID])
            check(!ended.contains(location.itemID), "a short delta that is not the last of \(location.itemID)")
            check(audio.count <= frame, "a delta of \(audio.count) bytes")
            if audio.count < frame { ended.insert(location.itemID) }
            if isComfort {
                let id = location.responseID
                if wasSpeech.remove(id) != nil { seams[id, default: 0] += 1 }
                check(mayComfort.contains(id), "comfort in a written answer or beside the conversation")
                check(speaking == nil || comforted.contains(id), "comfort begins while the user speaks")
                comforted.insert(id)
            } else {
                wasSpeech.insert(location.responseID)
                sent[location.responseID, default: 0] += audio.count
            }
        case .functionArgumentsDelta(let response, _, _, _, _), .functionArgumentsDone(let response, _, _, _):
            check(openResponses[response] != nil, "arguments after the response")
        case .speechStarted(let item, _):
            check(speaking == nil, "speech started twice")
            speaking = item
        case .speechStopped(let item, _):
            check(speaking == item, "speech stopped without start")
            speaking = nil
        case .inputAudioCommitted(let item, _): awaitingTranscript.insert(item)
        case .transcriptionCompleted(let item, _, _, _, _), .transcriptionFailed(let item, _, _):
            check(awaitingTranscript.remove(item) != nil, "a second transcript for \(item)")
        default: break
        }
    }

    /// A phrase is asked for.
    mutating func asked(_ phrase: String, of id: ResponseID) {
        check(mayComfort.contains(id), "a phrase in a written answer or beside the conversation")
        askedPhrases[id, default: 0] += 1
        check(askedPhrases[id, default: 0] <= 3, "too many phrases in a response")
    }

    /// The making of a response hands over audio.
    mutating func offered(_ bytes: Int, to id: ResponseID) { offered[id, default: 0] += bytes }

    /// The making of a response is stopped.
    mutating func cancelled(_ id: ResponseID) {
        if openResponses[id] == nil, !doneResponses.contains(id) { stale.insert(id) }
    }

    /// Looks at the state after the session has come to rest.
    mutating func rest(items: [ConversationItem], transcribesAll: Bool) {
        let (responses, open, transcripts) = (openResponses.count, openItems.count, awaitingTranscript.count)
        check(responses == 0, "responses left open: \(responses)")
        check(open == 0, "items left open: \(open)")
        check(!transcribesAll || transcripts == 0, "items without a transcript: \(transcripts)")
        check(items.map(\.id) == order, "the client's order of items is not ours")
        for item in items {
            guard case .message(.assistant, let parts) = item.content, let all = said[item.id] else { continue }
            guard case .outputAudio(let heard)? = parts.first else { continue }
            check(all.hasPrefix(heard), "the history of \(item.id) holds what was not said")
        }
    }

    private mutating func created(_ object: ResponseObject) {
        check(!doneResponses.contains(object.id), "response created after done")
        check(!stale.contains(object.id), "a response was announced that had been discarded")
        if object.conversationID != nil {
            let isAlone = !openResponses.values.contains { $0.conversationID != nil }
            check(isAlone, "two active responses in the conversation")
        }
        openResponses[object.id] = object
        if object.conversationID != nil, object.outputModality == .audio { mayComfort.insert(object.id) }
    }

    private mutating func done(_ object: ResponseObject) {
        var created = openResponses.removeValue(forKey: object.id)
        check(created != nil, "response done without created, or twice")
        check(openOutputs.removeValue(forKey: object.id)?.isEmpty ?? true, "output items left open")
        check(object.status != .inProgress, "response done in progress")
        doneResponses.insert(object.id)
        created?.status = object.status
        created?.output = object.output
        created?.usage = object.usage
        created?.latency = object.latency
        check(created == object, "a response changed its settings")
        let (sent, offered) = (sent.removeValue(forKey: object.id) ?? 0, offered.removeValue(forKey: object.id) ?? 0)
        var wasCut = truncated.contains(object.id)
        if case .cancelled = object.status { wasCut = true }
        // Speech that comfort audio follows is filled up to a whole delta.
        let filling = (seams.removeValue(forKey: object.id) ?? 0) * frameBytes(object)
        wasSpeech.remove(object.id)
        check(
            (wasCut ? 0...offered + filling : offered...offered + filling).contains(sent),
            "\(sent) bytes sent of \(offered)")
    }

    private func frameBytes(_ response: ResponseObject?) -> Int {
        response.map { $0.outputFormat.sampleRate * $0.outputFormat.bytesPerSample / 50 } ?? 0
    }

    private mutating func added(_ item: ConversationItem, _ previous: ItemID?) {
        check(openItems.insert(item.id).inserted, "item added twice")
        if case .message(.user, let parts) = item.content,
            parts.contains(where: { if case .inputAudio(_, nil) = $0 { true } else { false } })
        {
            awaitingTranscript.insert(item.id)
        }
        if let previous {
            guard let index = order.firstIndex(of: previous) else {
                violations.append("previous_item_id names an unknown item")
                return
            }
            order.insert(item.id, at: index + 1)
        } else {
            order.insert(item.id, at: 0)
        }
    }

    private mutating func alive(_ location: PartLocation) {
        check(openResponses[location.responseID] != nil, "content of no open response")
    }

    private mutating func check(_ condition: Bool, _ sentence: @autoclosure () -> String) {
        if !condition { violations.append(sentence()) }
    }
}
