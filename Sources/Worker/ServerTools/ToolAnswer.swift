import Agents
import Core
import HTTPClient

/// What an endpoint answered, as far as the model needs it.
struct ToolAnswer: Sendable, Equatable {
    let outcome: ServerToolOutcome
    /// What the model is told.
    let output: String
    /// Whether the same call may be made once more: nothing of it was done.
    var mayRepeat = false

    /// Bytes of a result that reach the model.
    static let resultLimit = 64 * 1024
    /// Bytes of the explanation that comes with a status of failure.
    static let explanationLimit = 4 * 1024

    /// An answer with this status; `isCut`: there was more than `body`.
    init(status: Int, body: [UInt8], isCut: Bool) {
        let text = Self.text(body, isCut: isCut)
        guard !(200...299).contains(status) else {
            outcome = .answered
            output = isCut ? text + "\n[The result is longer than \(body.count) bytes; the rest was left out.]" : text
            return
        }
        outcome = .status
        mayRepeat = status == 503
        let sentence =
            (300...399).contains(status)
            ? "The tool answered with a redirect, which is not followed." : "The tool answered with status \(status)."
        output = ToolFailure.output(code: "http_status", text.isEmpty ? sentence : sentence + " It said: " + text)
    }

    /// No answer came.
    init(_ error: HTTPClientError) {
        let (outcome, code, sentence): (ServerToolOutcome, String, String) =
            switch error.code {
            case .timeout, .firstByteTimeout, .idleTimeout:
                (.timeout, "timeout", "The tool did not answer in time. The call may have had its effect.")
            case .addressRefused, .invalidURL:
                (.refused, "address_refused", "The tool's address may not be called.")
            case .tlsFailed: (.untrusted, "unreachable", "No safe connection to the tool could be made.")
            case .unknownHost, .connectFailed: (.unreachable, "unreachable", "The tool cannot be reached.")
            case .closedEarly, .truncated, .malformed, .tooLarge:
                (.unreachable, "broken_answer", "The tool's answer broke off. The call may have had its effect.")
            case .cancelled: (.cancelled, "cancelled", "The call was aborted. It may have had its effect.")
            case .invalidHeader, .invalidAuthorities, .clientClosed, .internal:
                (.failed, "internal", "The call could not be made.")
            }
        self.outcome = outcome
        output = ToolFailure.output(code: code, sentence)
        mayRepeat = error.code == .connectFailed
    }

    /// An answer that is not the endpoint's.
    init(_ outcome: ServerToolOutcome, code: String, _ sentence: String) {
        self.outcome = outcome
        output = ToolFailure.output(code: code, sentence)
    }

    /// `body` as text, without the half character at which it may have been cut.
    private static func text(_ body: [UInt8], isCut: Bool) -> String {
        var text = String(decoding: body, as: UTF8.self)
        if isCut, text.last == "\u{FFFD}" { text.removeLast() }
        return text
    }
}
