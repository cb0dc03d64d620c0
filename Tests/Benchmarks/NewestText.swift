import Synchronization

/// The newest partial transcript, from one thread to another.
final class NewestText: Sendable {
    private let text = Mutex<String?>(nil)

    func set(_ value: String) { text.withLock { $0 = value } }
    func get() -> String? { text.withLock { $0 } }
}
