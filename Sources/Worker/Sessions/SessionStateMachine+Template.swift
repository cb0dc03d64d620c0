import Core
import Observability
import RealtimeProtocol

// The values that instructions may name.
extension SessionStateMachine {
    /// What the session set, and what the engine knows: `session_id`, `date` and `time` in UTC, `language`.
    func template(of configuration: SessionConfiguration) -> InstructionTemplate {
        let time = Timestamp.text(seconds: max(0, wallTime.seconds), milliseconds: 0)
        let known = [
            "session_id": id.rawValue, "date": String(time.prefix(10)), "time": time.dropFirst(11).prefix(5) + " UTC",
            // A sentence with this in it is right for whoever speaks.
            "language": configuration.input.transcription?.language ?? "the user's language",
        ]
        return InstructionTemplate(known.merging(configuration.behavior.agent.variables) { $1 })
    }

    /// The time of day: the session's end is known on both clocks.
    private var wallTime: UnixTime {
        let end = UnixTime(seconds: Int64(expiresAt))
        return expiry.map { end + (now - $0) } ?? end
    }
}
