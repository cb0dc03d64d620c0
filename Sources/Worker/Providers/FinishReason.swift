import Core
import Pipeline

/// What a server says about why its answer ended.
///
/// Pure.
enum FinishReason: Equatable {
    /// Nothing: the answer goes on. Some servers write "" or "null" for null.
    case none
    case ended(LanguageModelResult.FinishReason)
    /// A word that no server is known to write.
    case unknown
    /// The server gave up.
    case fault

    init(_ value: JSONValue?) {
        switch value?.string?.lowercased() {
        case nil, "", "null", "none", "nil": self = .none
        case "stop", "eos", "eos_token", "end_turn", "stop_sequence", "complete", "finished", "end", "stop_token",
            "finish_reason_stop":
            self = .ended(.stop)
        case "length", "max_tokens", "max_length", "max_output_tokens", "model_length", "model_context_window_exceeded",
            "finish_reason_max_tokens":
            self = .ended(.length)
        case "tool_calls", "tool_call", "function_call", "tool_use": self = .ended(.toolCalls)
        case "content_filter", "safety", "refusal", "sensitive", "recitation", "prohibited_content", "blocklist":
            self = .ended(.contentFilter)
        case "error", "abort", "aborted", "cancelled", "canceled", "timeout", "network_error",
            "malformed_function_call",
            "insufficient_system_resource", "engine_overloaded":
            self = .fault
        default: self = .unknown
        }
    }
}
