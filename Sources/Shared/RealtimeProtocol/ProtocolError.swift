/// A fault that a client is told about: the inside of an `error` event or of a REST error body (protocol section 6.3).
package struct ProtocolError: Error, Sendable, Equatable {
    /// The class of the fault.
    package var type: ErrorType
    /// The closed set of protocol section 6.3; nil only where the vendor sends null.
    package var code: Code?
    /// A sentence for the client's developer; it may repeat what the client sent, so it is not logged.
    package var message: String
    /// The path of the offending field, for example `session.audio.input.format.rate`.
    package var parameter: String?
    /// The client event that caused it.
    package var eventID: String?

    /// An error with these values.
    package init(
        _ code: Code?, _ message: String, parameter: String? = nil, eventID: String? = nil,
        type: ErrorType = .invalidRequest
    ) {
        self.type = type
        self.code = code
        self.message = message
        self.parameter = parameter
        self.eventID = eventID
    }

    /// `error.type`.
    package enum ErrorType: String, Sendable {
        case invalidRequest = "invalid_request_error"
        case server = "server_error"
        case rateLimit = "rate_limit_error"
        case authentication = "authentication_error"
        case insufficientQuota = "insufficient_quota"
    }

    /// `error.code`.
    package enum Code: String, Sendable, CaseIterable {
        case invalidJSON = "invalid_json"
        case invalidEvent = "invalid_event"
        case invalidValue = "invalid_value"
        case invalidType = "invalid_type"
        case missingRequiredParameter = "missing_required_parameter"
        case unknownParameter = "unknown_parameter"
        case stringAboveMaxLength = "string_above_max_length"
        case integerBelowMinValue = "integer_below_min_value"
        case integerAboveMaxValue = "integer_above_max_value"
        case decimalBelowMinValue = "decimal_below_min_value"
        case decimalAboveMaxValue = "decimal_above_max_value"
        case arrayAboveMaxLength = "array_above_max_length"
        case objectAboveMaxProperties = "object_above_max_properties"
        case missingModel = "missing_model"
        case invalidModel = "invalid_model"
        case invalidIntent = "invalid_intent"
        case invalidAPIKey = "invalid_api_key"
        case insufficientQuota = "insufficient_quota"
        case rateLimitExceeded = "rate_limit_exceeded"
        case sessionExpired = "session_expired"
        case commitEmpty = "input_audio_buffer_commit_empty"
        case cannotUpdateVoice = "cannot_update_voice"
        case activeResponse = "conversation_already_has_active_response"
        case cancelNotActive = "response_cancel_not_active"
        case invalidToolCallID = "invalid_tool_call_id"
        case duplicateItemID = "item_create_duplicate_item_id"
        case invalidPreviousItemID = "item_create_invalid_previous_item_id"
        case invalidDeleteItemID = "item_delete_invalid_item_id"
        case invalidRetrieveItemID = "item_retrieve_invalid_item_id"
        case invalidTruncateItemID = "item_truncate_invalid_item_id"
        case unsupportedContentType = "unsupported_content_type"
        case serverError = "server_error"
        case serverShuttingDown = "server_shutting_down"
        case sessionLost = "session_lost"
        case sessionIdle = "session_idle"
        case clientTooSlow = "client_too_slow"
        case accountDeactivated = "account_deactivated"
    }
}
