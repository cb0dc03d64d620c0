import Budgets
import Core
import Pipeline
import RealtimeProtocol

// What the session holds in memory, and what goes when that is too much.
extension SessionStateMachine {
    /// Who wants room.
    enum Spender {
        /// A client's event, which can be refused.
        case client
        /// A turn, an answer or a tool: what the session itself adds.
        case session
    }

    /// Bytes of the responses under way that count as the conversation's: the items of those beside it, and what is being written.
    private var bytesBeside: Int { responses.values.reduce(0) { $0 + $1.requestBytes + $1.writtenBytes } }

    /// All bytes that the session holds: conversation, answers and prompts under way, audio that is being transcribed.
    func countHeldBytes() -> Int {
        let work = responses.values.reduce(0) { sum, response in
            sum + response.requestBytes + response.writtenBytes + response.promptSize.bytes
                + response.promptSize.imageBytes
        }
        return conversation.bytes + work + bytesInTranscription
    }

    /// Bytes of the audio that is being transcribed.
    var bytesInTranscription: Int {
        transcriptions.values.reduce(0) { $0 + ($1.isCommitted ? SessionBudgets.transcriptionBytes(of: $1.length) : 0) }
    }

    /// Makes room for one more item of `bytes` bytes: first the oldest items go that the model does not see, then, where the
    /// session itself adds the item, the oldest of all; the client is told so.
    ///
    /// A transcription session has no model, so its oldest items go.
    ///
    /// - Returns: which bound is in the way.
    @discardableResult
    mutating func makeRoom(
        forItem bytes: Int, of spender: Spender = .session, besides neighbour: ItemID? = nil
    ) -> MemoryBound? {
        let bytes = bytes + settings.budgets.itemOverhead
        let mayTakeAll = spender == .session || configuration.kind == .transcription
        let surplus = conversation.count + 1 - settings.maximumItems
        guard evict(count: surplus, all: mayTakeAll, besides: neighbour) else { return .items }
        let excess = conversation.bytes + bytesBeside + bytes - settings.budgets.conversationBytes
        guard evict(bytes: excess, all: mayTakeAll, besides: neighbour) else { return .conversation }
        // Where the worker is full, as much goes as comes: not all beyond what is allowed now.
        let isOver = min(bytes, countHeldBytes() + bytes - allowance)
        guard evict(bytes: isOver, all: configuration.kind == .transcription, besides: neighbour) else {
            return spender == .client ? .worker : nil
        }
        return nil
    }

    /// Brings the conversation back into its bounds after the session itself added to `item`.
    ///
    /// - Returns: false when nothing is left that may go.
    @discardableResult
    mutating func trimConversation(besides item: ItemID? = nil, all: Bool = true) -> Bool {
        let excess = conversation.bytes + bytesBeside - settings.budgets.conversationBytes
        guard excess > 0 else { return true }
        return evict(bytes: excess, all: all, besides: item)
    }

    /// Makes room for what a response brings along; only what the model does not see goes for its sake.
    mutating func makeRoom(forRequest bytes: Int) -> MemoryBound? {
        let excess = conversation.bytes + bytesBeside + bytes - settings.budgets.conversationBytes
        guard bytes == 0 || evict(bytes: excess, all: false, besides: nil) else { return .conversation }
        return makeRoom(forWork: bytes)
    }

    /// Makes room for work of `bytes` bytes that is over before long; only what the model does not see goes for its sake.
    mutating func makeRoom(forWork bytes: Int) -> MemoryBound? {
        let excess = min(bytes, countHeldBytes() + bytes - allowance)
        return evict(bytes: excess, all: configuration.kind == .transcription, besides: nil) ? nil : .worker
    }

    private mutating func evict(bytes: Int = 0, count: Int = 0, all: Bool, besides neighbour: ItemID?) -> Bool {
        guard bytes > 0 || count > 0 else { return true }
        let busy = transcriptions
        guard
            let gone = conversation.evict(
                bytes: bytes, count: count, all: all, except: { $0 == neighbour || busy[$0] != nil })
        else { return false }
        for id in gone {
            actions.append(.forgetAudio(id))
            send(.itemDeleted(id))
        }
        return true
    }

    /// Counts bytes that the model wrote; false, and the response fails, beyond the limit.
    mutating func mayWrite(_ bytes: Int, _ id: ResponseID) -> Bool {
        responses[id]?.writtenBytes += bytes
        guard let written = responses[id]?.writtenBytes, written > settings.budgets.answerBytes else { return true }
        failResponse(
            id,
            ProviderError(
                .languageModel, provider: "engine", .budgetExceeded,
                "The answer is longer than \(settings.budgets.answerBytes) bytes, the most that one response may have "
                    + "(answer_bytes)."))
        return false
    }

    /// The response fails because what it adds has no room.
    mutating func failForMemory(_ id: ResponseID, _ bound: MemoryBound) {
        failResponse(id, ProviderError(.languageModel, provider: "engine", .budgetExceeded, message(of: bound)))
    }

    /// What the client is told whose event needs more room than there is.
    func refusal(_ bound: MemoryBound, parameter: String) -> ProtocolError {
        switch bound {
        case .items, .conversation: ProtocolError(.invalidValue, message(of: bound), parameter: parameter)
        case .worker: ProtocolError(.rateLimitExceeded, message(of: bound), parameter: parameter, type: .rateLimit)
        }
    }

    private func message(of bound: MemoryBound) -> String {
        switch bound {
        case .items:
            "The conversation already holds \(settings.maximumItems) items, which is the most it can hold."
        case .conversation:
            "The conversation would hold more than \(settings.budgets.conversationBytes) bytes, the most it can hold "
                + "(conversation_bytes). Delete items that are not needed."
        case .worker:
            "Rate limit reached: the server has no memory left for a session of this size (session_bytes). "
                + "Delete items, or try again later."
        }
    }
}
