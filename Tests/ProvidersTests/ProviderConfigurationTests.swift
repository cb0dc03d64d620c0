import Core
import HTTPClient
import Pipeline
import Testing

@testable import Providers

@Suite("Choice of providers")
struct ProviderConfigurationTests {
    private func select(_ environment: [String: String]) throws -> ProviderSelection {
        try ProviderConfiguration.select(ConfigurationReader(for: .worker, environment: environment, arguments: []))
    }

    private func kinds(_ environment: [String: String]) throws -> [String] {
        let selection = try select(environment)
        return [selection.speechToText, selection.languageModel, selection.textToSpeech].map(\.kind)
    }

    private func problems(_ environment: [String: String]) -> [String] {
        do {
            _ = try select(environment)
            return []
        } catch let error as ConfigurationError {
            return error.problems
        } catch {
            return ["\(error)"]
        }
    }

    private static let server = ["OPENAI_COMPATIBLE_BASE_URL": "http://localhost:8000/v1"]

    @Test(
        "on auto follows the keys, in a fixed order",
        arguments: [
            ([:], ["pocketsphinx", "scripted", "espeak-ng"]),
            (["OPENAI_API_KEY": "k"], ["openai", "openai", "openai"]),
            (["GROQ_API_KEY": "k"], ["groq", "groq", "espeak-ng"]),
            (["GROQ_API_KEY": "k", "GROQ_TTS_MODEL": "m"], ["groq", "groq", "groq"]),
            (["GROQ_API_KEY": "k", "OPENAI_API_KEY": "k"], ["groq", "groq", "openai"]),
            (["OPENROUTER_API_KEY": "k"], ["pocketsphinx", "openrouter", "espeak-ng"]),
            (["OPENROUTER_API_KEY": "k", "OPENAI_API_KEY": "k"], ["openai", "openai", "openai"]),
            (["OPENAI_API_KEY": ""], ["pocketsphinx", "scripted", "espeak-ng"]),
            (
                ["OPENAI_COMPATIBLE_BASE_URL": "http://x/v1", "OPENAI_COMPATIBLE_MODEL": "m", "OPENAI_API_KEY": "k"],
                ["openai", "openai-compatible", "openai"]
            ),
            (
                ["OPENAI_COMPATIBLE_STT_BASE_URL": "http://x/v1", "OPENAI_COMPATIBLE_STT_MODEL": "m"],
                ["openai-compatible", "scripted", "espeak-ng"]
            ),
            (
                ["OPENAI_COMPATIBLE_BASE_URL": "http://x/v1", "OPENAI_COMPATIBLE_TTS_MODEL": "m"],
                ["pocketsphinx", "scripted", "openai-compatible"]
            ),
        ] as [([String: String], [String])])
    func automatic(environment: [String: String], kinds: [String]) throws {
        #expect(try self.kinds(environment) == kinds)
    }

    @Test("sends pictures to whom they are of use, unless told otherwise")
    func images() throws {
        func acceptsImages(_ environment: [String: String]) throws -> Bool {
            try select(environment).languageModel.dialect.acceptsImages
        }
        #expect(try acceptsImages(["OPENAI_API_KEY": "k"]))
        #expect(try !acceptsImages(["GROQ_API_KEY": "k"]))
        #expect(try acceptsImages(["GROQ_API_KEY": "k", "ANTIPHON_LLM_IMAGES": "true"]))
        #expect(try !acceptsImages(["OPENAI_API_KEY": "k", "ANTIPHON_LLM_IMAGES": "false"]))
        #expect(!ScriptedLanguageModel().acceptsImages)
    }

    @Test("tells each vendor's model how much to think, and what else is set")
    func thinking() throws {
        let dialect = { (environment: [String: String]) in try select(environment).languageModel.dialect }
        let own = Self.server.merging(["OPENAI_COMPATIBLE_MODEL": "m", "LLM_PROVIDER": "openai-compatible"]) { $1 }
        let local = try dialect(
            own.merging([
                "OPENAI_COMPATIBLE_REASONING_EFFORT": "none", "ANTIPHON_SUMMARY_REASONING_EFFORT": "low",
                "OPENAI_COMPATIBLE_EXTRA_BODY": #"{"chat_template_kwargs": {"enable_thinking": false}}"#,
            ]) { $1 })
        #expect(local.reasoningEffort == "none" && local.summaryEffort == "low")
        #expect(local.extraBody["chat_template_kwargs"]?["enable_thinking"]?.bool == false)
        #expect(local.spelling == RequestSpelling([.emptyContent, .choosesByList, .endsWithUser]))
        #expect(
            try dialect(["OPENAI_API_KEY": "k", "OPENAI_REASONING_EFFORT": "minimal"]).reasoningEffort == "minimal")
        #expect(try !dialect(["OPENAI_API_KEY": "k"]).spelling.has(.choosesByList))
        for body in ["[1]", "no", #"{"messages": []}"#, #"{"stream": false}"#, #"{"model": "x"}"#] {
            #expect(problems(own.merging(["OPENAI_COMPATIBLE_EXTRA_BODY": body]) { $1 }).count == 1, "\(body)")
        }
    }

    @Test("does what it is told, whatever keys there are")
    func explicit() throws {
        let keys = ["OPENAI_API_KEY": "k", "GROQ_API_KEY": "k", "OPENROUTER_API_KEY": "k"]
        let told = ["STT_PROVIDER": "pocketsphinx", "LLM_PROVIDER": "openrouter", "TTS_PROVIDER": "groq"]
        #expect(try kinds(keys.merging(told) { $1 }) == ["pocketsphinx", "openrouter", "groq"])
        let embedded = ["STT_PROVIDER": "groq-whisper", "LLM_PROVIDER": "scripted", "TTS_PROVIDER": "espeak-ng"]
        #expect(try kinds(keys.merging(embedded) { $1 }) == ["groq", "scripted", "espeak-ng"])
        let all = ["STT_PROVIDER", "LLM_PROVIDER", "TTS_PROVIDER"].map { ($0, "openai-compatible") }
        let own = Self.server.merging(all) { $1 }.merging(["OPENAI_COMPATIBLE_MODEL": "m"]) { $1 }
        let selection = try select(own)
        #expect(selection.speechToText.model == "whisper-1")
        #expect(selection.languageModel.model == "m")
        #expect(selection.textToSpeech.model == "tts-1")
    }

    @Test(
        "says what is missing and what is possible",
        arguments: [
            (["LLM_PROVIDER": "groq"], ["LLM_PROVIDER is groq", "GROQ_API_KEY", "openrouter"]),
            (["STT_PROVIDER": "openai"], ["STT_PROVIDER is openai", "OPENAI_API_KEY", "pocketsphinx"]),
            (["TTS_PROVIDER": "openai-compatible"], ["TTS_PROVIDER", "OPENAI_COMPATIBLE_BASE_URL", "espeak-ng"]),
            (
                ["LLM_PROVIDER": "openai-compatible", "OPENAI_COMPATIBLE_BASE_URL": "http://x"],
                ["OPENAI_COMPATIBLE_MODEL"]
            ),
            (["LLM_PROVIDER": "chatgpt"], ["LLM_PROVIDER", "chatgpt", "openai"]),
            (["STT_PROVIDER": "openrouter", "OPENROUTER_API_KEY": "k"], ["STT_PROVIDER", "openrouter", "groq"]),
            (["OPENAI_API_KEY": "sk-SECRET\nX: y"], ["OPENAI_API_KEY", "line break"]),
            (["OPENAI_BASE_URL": "localhost"], ["OPENAI_BASE_URL", "http://"]),
        ] as [([String: String], [String])])
    func faults(environment: [String: String], words: [String]) throws {
        let problems = problems(environment)
        #expect(problems.count == 1)
        for word in words { #expect(problems.first?.contains(word) == true, "\(word) in \(problems)") }
        #expect(!problems.joined().contains("SECRET"))
    }

    @Test("lets others follow where they are named")
    func fallbacks() throws {
        let selection = try select([
            "GROQ_API_KEY": "k", "OPENAI_API_KEY": "k", "LLM_PROVIDER": "groq", "LLM_FALLBACK": "openai, scripted",
            "TTS_FALLBACK": "espeak",
        ])
        #expect(selection.languageModel.fallbacks.map(\.kind) == ["openai", "scripted"])
        #expect(selection.textToSpeech.fallbacks.map(\.kind) == ["espeak-ng"])
        #expect(selection.speechToText.fallbacks.isEmpty)
        #expect(
            selection.languageModel.description.hasSuffix(
                "because LLM_PROVIDER is groq, then openai (gpt-4o-mini at https://api.openai.com/v1), "
                    + "scripted (built-in demo, embedded)"))
    }

    @Test(
        "refuses a fallback that cannot serve, or that is asked already",
        arguments: [
            ("chatgpt", ["LLM_FALLBACK names chatgpt", "openrouter"]), ("groq", ["LLM_FALLBACK", "GROQ_API_KEY"]),
            ("scripted", ["LLM_FALLBACK names scripted", "already"]),
        ])
    func fallbackFaults(name: String, words: [String]) {
        let problems = problems(["LLM_FALLBACK": name])
        #expect(problems.count == 1)
        for word in words { #expect(problems.first?.contains(word) == true, "\(word) in \(problems)") }
    }

    @Test("reports every stage that cannot be served at once")
    func allFaults() {
        #expect(problems(["STT_PROVIDER": "groq", "LLM_PROVIDER": "openrouter", "TTS_PROVIDER": "openai"]).count == 3)
    }

    @Test("tells name, model, address and reason, and no secret")
    func description() throws {
        let selection = try select([
            "GROQ_API_KEY": "SECRET", "OPENAI_COMPATIBLE_TTS_BASE_URL": "http://user:SECRET@voice:1/v1/",
            "OPENAI_COMPATIBLE_TTS_MODEL": "kokoro", "OPENAI_COMPATIBLE_NAME": "mine", "LLM_PROVIDER": "scripted",
        ])
        #expect(
            selection.description == """
                STT  groq (whisper-large-v3 at https://api.groq.com/openai/v1), because GROQ_API_KEY is set
                LLM  scripted (built-in demo, embedded), because LLM_PROVIDER is scripted
                TTS  mine (kokoro at http://voice:1/v1), because OPENAI_COMPATIBLE_TTS_BASE_URL and OPENAI_COMPATIBLE_TTS_MODEL are set
                """)
        #expect(selection.languageModel.isEmbedded && !selection.speechToText.isEmbedded)
        #expect(!"\(selection)".contains("SECRET@") || !selection.description.contains("SECRET"))
        let nothing = try select([:])
        #expect(
            nothing.languageModel.reason.contains("OPENAI_API_KEY")
                && nothing.languageModel.reason.contains("GROQ_API_KEY"))
    }

    @Test("warns of a server that no stage uses")
    func warnings() throws {
        #expect(try select(Self.server).warnings.count == 1)
        #expect(try select(Self.server.merging(["OPENAI_COMPATIBLE_MODEL": "m"]) { $1 }).warnings.isEmpty)
        #expect(try select([:]).warnings.isEmpty)
    }

    @Test("sends a key to no other address than its own")
    func keys() throws {
        let selection = try select([
            "OPENAI_COMPATIBLE_BASE_URL": "http://a/v1", "OPENAI_COMPATIBLE_API_KEY": "ka",
            "OPENAI_COMPATIBLE_MODEL": "m",
            "OPENAI_COMPATIBLE_STT_MODEL": "m", "OPENAI_COMPATIBLE_TTS_BASE_URL": "http://b/v1",
            "OPENAI_COMPATIBLE_TTS_MODEL": "m",
        ])
        #expect(selection.speechToText.service?.key?.revealed == "ka")
        #expect(selection.languageModel.service?.key?.revealed == "ka")
        #expect(selection.textToSpeech.service?.baseURL == "http://b/v1")
        #expect(selection.textToSpeech.service?.key == nil)
    }

    @Test("knows the dialects, headers and voices of the vendors")
    func particulars() throws {
        let openAI = try select(["OPENAI_API_KEY": "k", "OPENAI_TTS_VOICE": "sage"])
        #expect(openAI.languageModel.dialect.spelling.has(.maxCompletionTokens))
        #expect(openAI.textToSpeech.speech.voices.name(for: "marin") == "marin")
        #expect(openAI.textToSpeech.speech.voices.name(for: "af_heart") == "sage")
        let groq = try select(["GROQ_API_KEY": "k", "TTS_PROVIDER": "groq", "GROQ_REASONING_EFFORT": "low"])
        #expect(groq.textToSpeech.speech.format == .wav)
        #expect(groq.textToSpeech.speech.voices.name(for: "alloy") == "autumn")
        #expect(groq.languageModel.dialect.reasoningEffort == "low")
        let router = try select([
            "OPENROUTER_API_KEY": "k", "OPENROUTER_APP_NAME": "app", "OPENROUTER_SITE_URL": "https://site",
            "OPENROUTER_PROVIDER": "a, b",
        ])
        #expect(router.languageModel.service?.headers.map(\.name) == ["HTTP-Referer", "X-Title"])
        #expect(router.languageModel.dialect.providerOrder == ["a", "b"])
        let own = try select([
            "OPENAI_COMPATIBLE_BASE_URL": "http://x", "OPENAI_COMPATIBLE_TTS_MODEL": "m",
            "OPENAI_COMPATIBLE_TTS_VOICE": "v",
        ])
        #expect(own.textToSpeech.speech.voices.name(for: "alloy") == "v")
        #expect(own.textToSpeech.speech.voices.name(for: "af_heart") == "af_heart")
        #expect(own.textToSpeech.speech.voices.name(for: "") == "v")
    }

    @Test("takes the deadlines from the settings")
    func deadlines() throws {
        let deadlines = try select(["ANTIPHON_STT_TIMEOUT_MS": "1234", "ANTIPHON_TTS_IDLE_TIMEOUT_MS": "77"]).deadlines
        #expect(deadlines.transcript == .milliseconds(1234))
        #expect(deadlines.speechGap == .milliseconds(77))
        #expect(deadlines.connect == .seconds(3))
    }
}
