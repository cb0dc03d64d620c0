import Core
import Testing

@Suite("Configuration reader")
struct ConfigurationReaderTests {
    private func read(
        _ environment: [String: String] = [:], _ arguments: [String] = [], for process: ConfigurationReaders = .worker,
        switches: Set<String> = [], files: [String: String] = [:]
    ) throws(ConfigurationError) -> ConfigurationReader {
        struct NoSuchFile: Error {}
        return try ConfigurationReader(
            for: process, environment: environment, arguments: arguments, switches: switches,
            readFile: { path in
                guard let content = files[path] else { throw NoSuchFile() }
                return content
            })
    }

    private func problems(
        _ environment: [String: String] = [:], _ arguments: [String] = [], files: [String: String] = [:]
    ) -> [String] {
        do throws(ConfigurationError) {
            _ = try read(environment, arguments, files: files)
            return []
        } catch {
            return error.problems
        }
    }

    @Test("takes the default, then the environment, then the flag, and remembers which")
    func precedence() throws {
        let plain = try read()
        #expect(plain[Settings.workerPort] == 8090)
        #expect(plain.source(of: Settings.workerPort) == .defaultValue)
        let environment = ["ANTIPHON_WORKER_PORT": "7001"]
        #expect(try read(environment)[Settings.workerPort] == 7001)
        #expect(try read(environment).source(of: Settings.workerPort) == .environment)
        for arguments in [["--worker-port", "7002"], ["--worker-port=7002"]] {
            let reader = try read(environment, arguments)
            #expect(reader[Settings.workerPort] == 7002)
            #expect(reader.source(of: Settings.workerPort) == .flag)
        }
    }

    @Test("an empty variable counts as not set")
    func emptyVariable() throws {
        let reader = try read(["ANTIPHON_WORKER_PORT": "", "OPENAI_API_KEY": ""])
        #expect(reader[Settings.workerPort] == 8090)
        #expect(reader[Settings.openAIKey] == nil)
    }

    @Test("reads durations, numbers, words, booleans and URLs into their types")
    func types() throws {
        let reader = try read([
            "VAD_MIN_SILENCE_MS": "750", "VAD_THRESHOLD": "0.25", "ANTIPHON_LOG_LEVEL": "WARNING",
            "ANTIPHON_DEVELOPMENT": "yes", "ANTIPHON_REDIS_URL": "unix:///run/redis.sock",
        ])
        #expect(reader[Settings.vadSilence] == .milliseconds(750))
        #expect(reader[Settings.vadThreshold] == 0.25)
        #expect(reader[Settings.logLevel] == "warning")
        #expect(reader[Settings.development])
        #expect(reader[Settings.redisURL] == "unix:///run/redis.sock")
    }

    @Test(
        "names the variable and what was expected",
        arguments: [
            ("ANTIPHON_WORKER_PORT", "http", "ANTIPHON_WORKER_PORT must be a port from 0 to 65535, not \"http\"."),
            ("ANTIPHON_WORKER_PORT", "65536", "ANTIPHON_WORKER_PORT must be a port from 0 to 65535, not \"65536\"."),
            (
                "VAD_MIN_SILENCE_MS", "0.5s",
                "VAD_MIN_SILENCE_MS must be a whole number of milliseconds from 0 to 10000, not \"0.5s\"."
            ),
            ("ANTIPHON_DEVELOPMENT", "maybe", "ANTIPHON_DEVELOPMENT must be true or false, not \"maybe\"."),
            ("VAD_THRESHOLD", "2", "VAD_THRESHOLD must be a number from 0.0 to 1.0, not \"2\"."),
            (
                "ANTIPHON_REDIS_URL", "localhost:6379",
                "ANTIPHON_REDIS_URL must be a URL that starts with redis:// or unix://, not \"localhost:6379\"."
            ),
        ])
    func faults(name: String, text: String, sentence: String) {
        #expect(problems([name: text]) == [sentence])
    }

    @Test("reports every fault at once")
    func allFaults() {
        #expect(problems(["ANTIPHON_WORKER_PORT": "x", "VAD_THRESHOLD": "y"], ["--worker-ops-port", "z"]).count == 3)
    }

    @Test("refuses an unknown ANTIPHON_ name and says which was meant")
    func unknownName() {
        #expect(
            problems(["ANTIPHON_WORKER_PROT": "1"]) == [
                "ANTIPHON_WORKER_PROT is not a setting of Antiphon. "
                    + "Did you mean ANTIPHON_WORKER_PORT, ANTIPHON_WORKER_URL or ANTIPHON_WORKERS?"
            ])
        #expect(
            problems(["ANTIPHON_ZZZZZZZZZZZZZZZZZZZZZ": "1"]) == [
                "ANTIPHON_ZZZZZZZZZZZZZZZZZZZZZ is not a setting of Antiphon."
            ])
    }

    @Test("a variable of the other process is known, and its value is not checked here")
    func otherProcess() throws {
        _ = try read(["ANTIPHON_CONTROL_PLANE_PORT": "not a port", "ANTIPHON_PORT": "80"])
    }

    @Test("a flag of the other process is refused")
    func otherFlag() {
        #expect(
            problems([:], ["--control-plane-port", "1"]).first?.hasPrefix("--control-plane-port is not a flag") == true)
    }

    @Test("takes a secret from the variable or from the file it names, without the line end")
    func secrets() throws {
        #expect(try read(["OPENAI_API_KEY": "sk-1"])[Settings.openAIKey]?.revealed == "sk-1")
        let reader = try read(["OPENAI_API_KEY_FILE": "/k"], files: ["/k": "sk-2\n"])
        #expect(reader[Settings.openAIKey]?.revealed == "sk-2")
        #expect(reader.source(of: Settings.openAIKey) == .file("/k"))
    }

    @Test("shows no secret in an error, a list of changes or a description")
    func secretsStaySecret() throws {
        let short = problems(["ANTIPHON_MASTER_KEY": "tooshort"])
        #expect(short == ["ANTIPHON_MASTER_KEY must be a secret of 32 characters or more."])
        let reader = try read(["OPENAI_API_KEY": "sk-1", "ANTIPHON_REDIS_URL": "redis://u:hush@h:1/0"])
        let shown = reader.changes().map { "\($0.name)=\($0.value)" }
        #expect(shown == ["ANTIPHON_REDIS_URL=redis://***@h:1/0", "OPENAI_API_KEY=***"])
        #expect("\(reader[Settings.openAIKey] as Any)".contains("sk-1") == false)
    }

    @Test("refuses a secret on the command line, a missing file, and both sources at once")
    func secretFaults() {
        #expect(
            problems([:], ["--openai-api-key=sk-1"]) == [
                "--openai-api-key would show a secret to every user of this machine; set OPENAI_API_KEY or OPENAI_API_KEY_FILE."
            ])
        #expect(
            problems(["OPENAI_API_KEY_FILE": "/none"]) == [
                "OPENAI_API_KEY_FILE names \"/none\", which cannot be read as a text file."
            ])
        #expect(
            problems(["OPENAI_API_KEY_FILE": "/k", "OPENAI_API_KEY": "a"], files: ["/k": "b"]) == [
                "OPENAI_API_KEY and OPENAI_API_KEY_FILE are both set; leave one out."
            ])
    }

    @Test("keeps words and declared switches, and tells a missing value")
    func commandLine() throws {
        let reader = try read(
            [:], ["bootstrap", "--development", "--describe-providers", "now"], switches: ["describe-providers"])
        #expect(reader.words == ["bootstrap", "now"])
        #expect(reader.switches == ["describe-providers"])
        #expect(reader[Settings.development])
        #expect(problems([:], ["--worker-port"]) == ["--worker-port needs a value: a port from 0 to 65535."])
    }

    @Test("help names every setting of the process, its flag and its default, and checks nothing")
    func help() throws {
        #expect(try read(["ANTIPHON_WORKER_PORT": "x"], ["--help"]).wantsHelp)
        let text = ConfigurationHelp.text(usage: "usage: antiphon-worker", for: .worker)
        #expect(text.contains("ANTIPHON_WORKER_PORT  --worker-port  [8090]"))
        #expect(text.contains("OPENAI_API_KEY  or OPENAI_API_KEY_FILE"))
        #expect(!text.contains("ANTIPHON_CONTROL_PLANE_PORT"))
    }

    @Test("every default fits its own rule, every name is declared once, durations end in _MS")
    func catalogue() {
        #expect(Set(Settings.all.map(\.name)).count == Settings.all.count)
        for setting in Settings.all {
            if let text = setting.defaultText { #expect(setting.accepts(text), "\(setting.name)") }
            #expect(setting.name.hasSuffix("_MS") == setting.expectation.contains("milliseconds"), "\(setting.name)")
            #expect(setting.meaning.hasSuffix("."), "\(setting.name)")
        }
    }
}
