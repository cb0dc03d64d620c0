import Core
import HTTPClient
import Pipeline

/// What goes wrong at a provider, as errors for the client.
///
/// A provider's own words never get into one: they may quote the key or the request. Its error code does, if it looks
/// like one.
extension OpenAICompatibleEndpoint {
    /// "groq language model": the start of every sentence about it.
    var subject: String {
        switch stage {
        case .speechToText: "\(name) speech-to-text"
        case .languageModel: "\(name) language model"
        case .textToSpeech: "\(name) text-to-speech"
        }
    }

    /// An error whose sentence says what the provider did.
    func fault(_ category: ErrorCategory, _ predicate: String, status: Int? = nil, retryAfter: Duration? = nil)
        -> ProviderError
    {
        ProviderError(
            stage, provider: name, category, "\(subject) \(predicate).", status: status, retryAfter: retryAfter)
    }

    /// The error for an exchange that did not work.
    func fault(_ error: HTTPClientError) -> ProviderError {
        let predicate =
            switch error.code {
            case .unknownHost, .addressRefused, .connectFailed, .tlsFailed, .closedEarly:
                "cannot be reached: \(error.message)"
            case .truncated: "stopped in the middle of its answer"
            case .malformed, .tooLarge: "gave no usable answer: \(error.message)"
            case .firstByteTimeout: "did not begin to answer in time"
            case .idleTimeout: "fell silent in the middle of its answer"
            case .timeout: "did not answer in time"
            case .invalidURL, .invalidHeader, .invalidAuthorities: "is not configured correctly: \(error.message)"
            case .cancelled: "was told to stop"
            case .clientClosed, .internal: "could not be asked: \(error.message)"
            }
        return fault(error.category, predicate)
    }

    /// Ends with an error unless the answer's status is 200; then its body tells no more than a code.
    ///
    /// `onRefusal` gets the body of a refusal of the request as it was written.
    func expectSuccess(
        _ response: HTTPClientResponse, onRefusal: ([UInt8]) -> Void = { _ in }
    ) async throws(ProviderError) {
        guard response.status != 200 else { return }
        // The status says enough if the body cannot be read.
        let body = (try? await response.body.collect(upTo: Self.errorBodyLimit)) ?? []
        if response.status == 400 || response.status == 422 { onRefusal(body) }
        throw fault(status: response.status, OpenAICompatibleErrorBody(body), retryAfter: RetryAfter(response.headers))
    }

    /// The error for an answer with a bad status, or for an error object in place of an answer (`status` nil).
    func fault(status: Int?, _ body: OpenAICompatibleErrorBody, retryAfter: RetryAfter? = nil) -> ProviderError {
        let status = status ?? body.statusOfCode
        let retryAfter = retryAfter ?? body.retryAfter
        let category = body.category ?? status.map(Self.category) ?? .unavailable
        let predicate =
            switch category {
            case .authentication: "refused the credentials"
            case .quotaExceeded: "has no quota left"
            case .rateLimited:
                "gets too many requests" + (retryAfter.map { ", try again in \($0.seconds) s" } ?? "")
            case .invalidRequest: status == 404 ? "does not know the address or the model" : "refused the request"
            case .timeout: "did not answer in time"
            default: "failed" + (retryAfter.map { ", try again in \($0.seconds) s" } ?? "")
            }
        let details = [status.map { "HTTP \($0)" }, body.code, body.parameter.map { "parameter \($0)" }].compactMap {
            $0
        }
        return fault(
            category, predicate + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))"), status: status,
            retryAfter: retryAfter?.wait)
    }

    private static func category(_ status: Int) -> ErrorCategory {
        switch status {
        case 401, 403: .authentication
        case 402: .quotaExceeded
        case 408: .timeout
        // Conflict, a model that failed, too early, and Groq's "no capacity": all of them pass.
        case 409, 424, 425, 498: .unavailable
        case 429: .rateLimited
        case 300..<500: .invalidRequest
        case 500...: .unavailable
        default: .malformedResponse
        }
    }

    private static let errorBodyLimit = 64 << 10
}
