import Core
import HTTPServer
import RealtimeProtocol
import Tenancy
import Testing

@testable import ControlPlane

@Suite("Command line and configuration")
struct ControlPlaneMainTests {
    private let masterKey = String(repeating: "ab", count: 32)

    private func configuration(_ environment: [String: String]) throws -> ControlPlaneConfiguration {
        try ControlPlaneConfiguration(
            ConfigurationReader(
                for: .controlPlane, environment: environment, arguments: [], catalogue: Settings.everything))
    }

    @Test("the options of bootstrap are taken out, the settings stay")
    func options() throws {
        var arguments = ["bootstrap", "--json", "--redis-url", "redis://h:1", "--output", "key"]
        let options = try BootstrapOptions(taking: &arguments)
        #expect(options.isJSON)
        #expect(options.output == "key")
        #expect(arguments == ["bootstrap", "--redis-url", "redis://h:1"])
        var assigned = ["--output=a/b"]
        #expect(try BootstrapOptions(taking: &assigned).output == "a/b")
    }

    @Test("--output without a name is refused", arguments: [["--output"], ["--output="], ["--output", ""]])
    func missingOutput(given: [String]) {
        var arguments = given
        #expect(throws: ConfigurationError.self) { try BootstrapOptions(taking: &arguments) }
    }

    @Test("without a master key there is no start, and the sentence says what to set")
    func noMasterKey() {
        let error = #expect(throws: ConfigurationError.self) { try configuration([:]) }
        #expect(error?.problems.first?.contains("ANTIPHON_MASTER_KEY_FILE") == true)
    }

    @Test("a master key is one in hexadecimal, or one derived from JWT_SECRET, or for development a forgotten one")
    func masterKeys() throws {
        #expect(try !configuration(["ANTIPHON_MASTER_KEY": masterKey]).forgetsMasterKey)
        #expect(try !configuration(["JWT_SECRET": masterKey]).forgetsMasterKey)
        #expect(try configuration(["ANTIPHON_DEVELOPMENT": "true"]).forgetsMasterKey)
        let bad = String(repeating: "z", count: 40)
        let error = #expect(throws: ConfigurationError.self) { try configuration(["ANTIPHON_MASTER_KEY": bad]) }
        #expect(error?.description.contains(bad) == false)
    }

    @Test("what cannot be an address of Redis is refused before anything starts")
    func redisAddress() {
        #expect(throws: ConfigurationError.self) {
            try configuration(["JWT_SECRET": masterKey, "ANTIPHON_REDIS_URL": "redis://host:99999"])
        }
    }

    @Test("listeners, proxies and models are as told")
    func listeners() throws {
        let told = try configuration([
            "JWT_SECRET": masterKey, "ANTIPHON_CONTROL_PLANE_PORT": "0", "ANTIPHON_MODELS": "a, b",
            "ANTIPHON_TRUSTED_PROXIES": "10.0.0.1", "ANTIPHON_PUBLIC_URL": "https://voice.example",
        ])
        #expect(told.publicListener.port == 0)
        #expect(told.publicListener.uncappedPeers.contains("10.0.0.1"))
        #expect(told.internalListener.host == "127.0.0.1")
        #expect(told.models == ["a", "b"])
        #expect(told.tenancy.issuer == "https://voice.example")
        #expect(told.tenancy.audience == "https://voice.example")
    }
}
