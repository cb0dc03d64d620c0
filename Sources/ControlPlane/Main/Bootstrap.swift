import Core
import EventLoops
import Foundation
import Observability
import Redis
import Tenancy

/// `antiphon-control-plane bootstrap`: the first tenant and its key.
struct Bootstrap {
    private static let patience = Duration.seconds(3)
    private let configuration: ControlPlaneConfiguration
    private let options: BootstrapOptions

    init(_ configuration: ControlPlaneConfiguration, _ options: BootstrapOptions) {
        self.configuration = configuration
        self.options = options
    }

    func run() async throws {
        if configuration.forgetsMasterKey {
            throw CommandFailure(
                sentence: "A key made under a forgotten master key is of no use; set a master key first.")
        }
        let outcome = try await bootstrap()
        let made = outcome.secret ?? configuration.apiKey
        if let output = options.output, let made { try write(made, to: output) }
        report(outcome)
    }

    private func bootstrap() async throws -> BootstrapOutcome {
        let logger = Logger(handler: NullLogHandler())
        let loop = EpollEventLoop(name: "bootstrap")
        loop.start()
        defer { loop.stop() }
        let redis = RedisConnection(
            configuration: RedisConfiguration(address: configuration.redis), loop: loop, logger: logger)
        await redis.start()
        guard await redis.waitUntilReady(for: Self.patience) else {
            await redis.close()
            throw CommandFailure(sentence: "Redis at \(configuration.redis) does not answer.")
        }
        let tenancy = try TenancyServices(
            redis: redis, masterKey: configuration.masterKey, configuration: configuration.tenancy, logger: logger)
        do throws(TenancyError) {
            let outcome = try await tenancy.directory.bootstrap(apiKey: configuration.apiKey)
            await redis.close()
            return outcome
        } catch {
            await redis.close()
            throw CommandFailure(sentence: "The first tenant could not be made: \(error.message)")
        }
    }

    /// Replaces the file in one step, so that nobody ever reads half a key or one with a wider mode.
    private func write(_ secret: Secret, to path: String) throws {
        let temporary = "\(path).\(getpid()).tmp"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure(
                sentence: "The key file \(path) cannot be written: \(unsafe String(cString: strerror(errno))).")
        }
        let bytes = Array("\(secret.revealed)\n".utf8)
        let written = unsafe Foundation.write(descriptor, bytes, bytes.count)
        close(descriptor)
        guard written == bytes.count, unsafe rename(temporary, path) == 0 else {
            unsafe unlink(temporary)
            throw CommandFailure(sentence: "The key file \(path) cannot be written.")
        }
    }

    private func report(_ outcome: BootstrapOutcome) {
        let shown = options.output == nil ? outcome.secret?.revealed : nil
        if options.isJSON {
            var bytes: [UInt8] = []
            JSONWriter.append(to: &bytes) { json in
                json.object { json in
                    json.member("tenant", outcome.tenant.rawValue)
                    json.member("key", orNull: outcome.key?.rawValue)
                    json.member("secret", orNull: shown)
                }
            }
            return print(String(decoding: bytes, as: UTF8.self))
        }
        if let shown { return print(shown) }
        let sentence =
            switch (outcome.secret, options.output) {
            case (.some, let output?): "The first tenant's key is in \(output)."
            case (nil, _) where configuration.apiKey != nil: "API_KEY is the first tenant's key."
            default: "There is a tenant already; its key was shown when it was made."
            }
        FileHandle.standardError.write(Data("\(sentence)\n".utf8))
    }
}
