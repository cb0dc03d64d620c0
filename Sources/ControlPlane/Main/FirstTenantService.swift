import Core
import Lifecycle
import Observability
import Synchronization
import Tenancy

/// Imports `API_KEY` as the first tenant's key, as soon as the store can be asked.
///
/// Nothing waits for it: a control plane that starts while the store is away serves what it can.
final class FirstTenantService: Service {
    let name = "first tenant"
    private static let pause = Duration.seconds(1)
    private let directory: any TenantDirectory
    private let apiKey: Secret
    private let executor: any TaskExecutor
    private let logger: Logger
    private let task = Mutex<Task<Void, Never>?>(nil)

    init(directory: any TenantDirectory, apiKey: Secret, executor: any TaskExecutor, logger: Logger) {
        self.directory = directory
        self.apiKey = apiKey
        self.executor = executor
        self.logger = logger
    }

    func start() async {
        let run = Task(name: name, executorPreference: executor) { await self.run() }
        task.withLock { $0 = run }
    }

    func shutdown() async { task.withLock { $0 }?.cancel() }

    private func run() async {
        while !Task.isCancelled {
            do throws(TenancyError) {
                let outcome = try await directory.bootstrap(apiKey: apiKey)
                return logger.info("first tenant present", [.tenant: LogValue(outcome.tenant)])
            } catch {
                guard error.category == .unavailable else {
                    return logger.error("API_KEY cannot be imported", [.code: .string(error.code.rawValue)])
                }
            }
            try? await Task.sleep(for: Self.pause)
        }
    }
}
