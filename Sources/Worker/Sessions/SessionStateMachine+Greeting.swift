import Core
import Pipeline
import RealtimeProtocol

// The greeting: the assistant speaks first. Clients set voice and instructions by an update right after they connected, so it
// waits for the first update, for a moment at most. It is a response like any other.
extension SessionStateMachine {
    /// How long a client has for its first update.
    private static let setupTime = Duration.milliseconds(250)

    /// The session is open.
    mutating func awaitGreeting() {
        guard configuration.kind == .realtime else { return }
        owesGreeting = true
        if configuration.behavior.agent.greeting != nil {
            actions.append(.setTimer(.greeting, at: now + Self.setupTime))
        }
    }

    /// The session is set up, or had its time: it is greeted, unless somebody was first.
    mutating func greet() {
        guard phase == .open, owesGreeting else { return }
        owesGreeting = false
        actions.append(.cancelTimer(.greeting))
        let settings = configuration.behavior.agent
        guard let text = settings.greeting, conversation.count == 0, responses.isEmpty, turn?.isSpeech != true else {
            return
        }
        switch settings.greetingMode {
        case .verbatim: startResponse(ResponseRequest(), saying: template(of: configuration).rendered(text))
        case .instructions:
            // As a user's message, because some models do not answer without one; it is no item of the conversation.
            let wish = ConversationItem(
                id: ItemID(""),
                content: .message(role: .user, parts: [.inputText(template(of: configuration).rendered(text))]))
            var request = ResponseRequest()
            request.input = [.item(wish)]
            startResponse(request)
        }
    }
}
