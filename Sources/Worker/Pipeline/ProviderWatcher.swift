/// Who wants to know which providers fail behind a fallback: the worker's metrics and log.
///
/// Called on the loop.
package protocol ProviderWatcher: Sendable {
    /// A provider failed or was too late, and another attempt makes up for it: no session notices.
    func attemptFailed(_ error: ProviderError)
}
