import Glibc

/// A signal that asks a process to do something.
package enum UnixSignal: Sendable, Hashable, CaseIterable {
    /// SIGTERM: drain and end, as service managers ask.
    case terminate
    /// SIGINT: the same, from a keyboard.
    case interrupt
    /// SIGHUP: read again what can be read again.
    case hangUp

    /// The system's number.
    package var number: Int32 {
        switch self {
        case .terminate: SIGTERM
        case .interrupt: SIGINT
        case .hangUp: SIGHUP
        }
    }

    /// The name in log lines.
    package var name: String {
        switch self {
        case .terminate: "SIGTERM"
        case .interrupt: "SIGINT"
        case .hangUp: "SIGHUP"
        }
    }
}
