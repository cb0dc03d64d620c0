import Audio
import Core
import EventLoops
import HTTPClient
import Pipeline
import TestSupport
import Testing

@testable import Providers

/// Each fault of a provider, in each stage, over real sockets.
@Suite("Faults of a provider", .timeLimit(.minutes(1)))
struct OpenAICompatibleFaultsTests {
    private let stages: ProviderStages

    /// One fake for all, as each request says itself how it is to be treated.
    private static let shared = Task { try await ProviderStages() }

    init() async throws { stages = try await Self.shared.value }

    /// A behaviour of the fake, and what becomes of it.
    private static let faults: [(behaviour: String, category: ErrorCategory, words: String)] = [
        ("key=another", .authentication, "refused the credentials (HTTP 401, invalid_api_key)"),
        ("status=403", .authentication, "HTTP 403"),
        ("status=404&error_code=model_not_found", .invalidRequest, "model_not_found"),
        ("status=400", .invalidRequest, "refused the request"),
        ("status=429&retry_after=7", .rateLimited, "try again in 7 s"),
        ("status=429&error_code=insufficient_quota", .quotaExceeded, "no quota left"),
        ("status=500", .unavailable, "HTTP 500"),
        ("status=503&error_message=SECRET", .unavailable, "HTTP 503"),
        ("silent=true", .timeout, "did not begin to answer in time"),
        ("silence_after=0", .timeout, "in"),
        ("silence_after=1", .timeout, "in"),
        ("cut_after=0", .malformedResponse, "stopped in the middle"),
        ("cut_after=1", .malformedResponse, "stopped in the middle"),
    ]

    @Test("have their category and one clear sentence", arguments: ProviderError.Stage.allCases, faults.indices)
    func categories(stage: ProviderError.Stage, fault: Int) async throws {
        let (behaviour, category, words) = Self.faults[fault]
        let error = try #require(await stages.failure(stage, behaviour), "\(behaviour)")
        #expect(error.category == category, "\(behaviour): \(error)")
        #expect(error.stage == stage)
        #expect(error.message.contains(words), "\(error.message)")
        #expect(error.message.hasPrefix("fake ") && error.message.hasSuffix("."))
        for secret in ["SECRET", ProviderStages.key, "tell me"] { #expect(!error.message.contains(secret)) }
    }

    @Test("include answers that make no sense, or never end")
    func garbage() async throws {
        let stages = try await ProviderStages(sharing: stages, deadlines: ProviderDeadlines())
        #expect(await stages.failure(.speechToText, "garbage=true")?.category == .malformedResponse)
        #expect(await stages.failure(.speechToText, "huge=3000000")?.category == .malformedResponse)
        #expect(await stages.failure(.languageModel, "garbage=true")?.category == .malformedResponse)
        #expect(await stages.failure(.languageModel, "huge=3000000")?.category == .malformedResponse)
        #expect(await stages.failure(.languageModel, "content_type=application/json") == nil, "the bytes decide")
        #expect(await stages.failure(.textToSpeech, "content_type=text/html")?.category == .malformedResponse)
        let empty = try #require(await stages.failure(.textToSpeech, "empty=true"))
        #expect(empty.message == "fake text-to-speech sent no audio.")
    }

    @Test("include a host that nobody answers at", arguments: ProviderError.Stage.allCases)
    func unreachable(stage: ProviderError.Stage) async throws {
        let elsewhere = try await ProviderStages(sharing: stages, baseURL: "http://127.0.0.1:9/v1")
        let error = try #require(await elsewhere.failure(stage, ""))
        #expect(error.category == .unavailable)
        #expect(error.message.contains("cannot be reached"))
    }

    @Test("include an error within the stream")
    func streamError() async throws {
        let error = try #require(await stages.failure(.languageModel, "stream_error=429"))
        #expect(error.category == .rateLimited)
        #expect(!error.message.contains("secret detail"))
    }

    @Test("include a language model that thinks for too long, however busily")
    func firstToken() async throws {
        let error = try #require(await stages.failure(.languageModel, "comments=100&comment_gap_ms=20"))
        #expect(error.category == .timeout)
        let reasoning = try #require(await stages.failure(.languageModel, "reasoning=100&gap_ms=20"))
        #expect(reasoning.category == .timeout)
    }

    @Test("leave the connection to the next request usable")
    func recovery() async throws {
        _ = await stages.failure(.languageModel, "cut_after=1")
        #expect(await stages.failure(.languageModel, "") == nil)
    }
}
