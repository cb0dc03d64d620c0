import Core
import Observability
import Pipeline

/// Counts and logs the provider faults that a fallback made up for.
struct WorkerProviderWatcher: ProviderWatcher {
    let metrics: WorkerMetrics
    let logger: Logger

    func attemptFailed(_ error: ProviderError) {
        metrics.stageFailed(error)
        metrics.fellBack(error.stage)
        logger.warning(
            "provider failed, another attempt follows",
            [
                .stage: .string(error.stage.rawValue), .provider: .string(error.provider),
                .category: .string(error.category.rawValue), .error: .string(error.message),
            ])
    }
}
