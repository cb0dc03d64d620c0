import Audio
import Core
import EventLoops
import HTTPClient
import Pipeline
import TestSupport

@testable import Providers

/// The three remote providers against a fake of their own, with deadlines short enough for tests.
struct ProviderStages: Sendable {
    static let key = "sk-test-key"
    let fake: FakeProvider
    private let service: ProviderService
    private let client: HTTPClient
    private let deadlines: ProviderDeadlines

    /// The stages against the fake of `other`, or one of their own, or against any address.
    init(
        sharing other: ProviderStages? = nil, baseURL: String? = nil, deadlines: ProviderDeadlines = Self.shortDeadlines
    ) async throws {
        let client = try HTTPClient(loop: TestLoop.shared)
        let fake = if let other { other.fake } else { try await FakeProvider.start(client: client) }
        self.client = client
        self.fake = fake
        self.deadlines = deadlines
        service = ProviderService(name: "fake", baseURL: baseURL ?? fake.baseURL, key: Secret(Self.key))
    }

    static let shortDeadlines: ProviderDeadlines = {
        var deadlines = ProviderDeadlines()
        deadlines.transcript = .seconds(1)
        deadlines.firstToken = .seconds(1)
        deadlines.firstAudio = .seconds(1)
        deadlines.answerGap = .seconds(1)
        deadlines.speechGap = .seconds(1)
        return deadlines
    }()

    func speechToText(_ behaviour: String = "") -> OpenAICompatibleSTT {
        OpenAICompatibleSTT(
            endpoint: OpenAICompatibleEndpoint(.speechToText, service, client: client), model: "fake?\(behaviour)",
            otherModels: ["other", "gpt-4o-transcribe"], deadlines: deadlines)
    }

    func languageModel(_ behaviour: String = "") -> OpenAICompatibleLLM {
        OpenAICompatibleLLM(
            endpoint: OpenAICompatibleEndpoint(.languageModel, service, client: client), model: "fake?\(behaviour)",
            dialect: .init(), deadlines: deadlines)
    }

    func textToSpeech(_ behaviour: String = "", saysMore: Bool = false) -> OpenAICompatibleTTS {
        OpenAICompatibleTTS(
            endpoint: OpenAICompatibleEndpoint(.textToSpeech, service, client: client), model: "fake?\(behaviour)",
            voices: .init(fallback: "alloy", known: ["alloy", "sage", "echo"]), format: .pcm, saysMore: saysMore,
            deadlines: deadlines)
    }

    /// Half a second of a saw-tooth, as a finished turn.
    static func turn(samples: Int = 8_000) -> AudioFeed {
        let feed = AudioFeed()
        let sawTooth = (0..<samples).map { Int16($0 % 200 * 50) }
        feed.append(sawTooth.span)
        feed.finish()
        return feed
    }

    static func question(_ text: String) -> LanguageModelRequest {
        var request = LanguageModelRequest()
        request.messages = [.system("be brief"), .user([.text(text)])]
        return request
    }

    /// Asks one stage for something; how that failed, or nil.
    func failure(_ stage: ProviderError.Stage, _ behaviour: String) async -> ProviderError? {
        switch stage {
        case .speechToText: await transcriptionFailure(behaviour)
        case .languageModel: await answerFailure(behaviour)
        case .textToSpeech: await speechFailure(behaviour)
        }
    }

    private func transcriptionFailure(_ behaviour: String) async -> ProviderError? {
        do throws(ProviderError) {
            _ = try await speechToText(behaviour).transcribe(Self.turn(), options: .init()) { _ in }
            return nil
        } catch {
            return error
        }
    }

    private func answerFailure(_ behaviour: String) async -> ProviderError? {
        do throws(ProviderError) {
            _ = try await languageModel(behaviour).generate(Self.question("tell me")) { _ throws(ProviderError) in }
            return nil
        } catch {
            return error
        }
    }

    private func speechFailure(_ behaviour: String) async -> ProviderError? {
        let request = SpeechRequest(text: "tell me", voice: "alloy")
        do throws(ProviderError) {
            try await textToSpeech(behaviour).synthesize(request) { _ async throws(ProviderError) in }
            return nil
        } catch {
            return error
        }
    }
}
