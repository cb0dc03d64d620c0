import Core
import Synchronization

/// What one speech server was found to refuse, for all sessions of the worker; may be used from any thread.
///
/// DESIGN. Servers of the same interface differ in the voices, formats and members that they take, and say so by a refusal. The
/// request is then asked once more without what may be the reason, the likeliest first: what the refusal names, else the voice,
/// the format, the members that only some servers know. What helped is remembered, so that later requests pay for no refusal; what did not
/// help is remembered too, so that a server that refuses everything is not asked four times for each sentence.
final class SpeechServerTraits: Sendable {
    /// What a request may do without.
    enum Concession: String, CaseIterable, Hashable, Sendable {
        /// The fallback voice instead of the one asked for.
        case voice
        /// WAV instead of PCM.
        case format
        /// Neither `sample_rate` nor `stream`.
        case members
    }

    private struct State {
        var needed: Set<Concession> = []
        var useless: Set<Concession> = []
        var badVoices: Set<String> = []
        var goodVoices: Set<String> = []
    }
    private let state = Mutex(State())
    /// Voices that are remembered; clients choose them, so their number has a bound.
    private static let mostVoices = 1_000

    /// What requests with this voice do without from the start.
    func concessions(for voice: String) -> Set<Concession> {
        state.withLock { $0.needed.union($0.badVoices.contains(voice) ? [.voice] : []) }
    }

    /// What to leave out next after a refusal; nil: nothing that might help is left.
    func next(after made: Set<Concession>, possible: Set<Concession>, voice: String, refusal: String) -> Concession? {
        let known = state.withLock { state in
            state.useless.union(state.goodVoices.contains(voice) ? [.voice] : [])
        }
        let left = Concession.allCases.filter { possible.contains($0) && !made.contains($0) && !known.contains($0) }
        return left.first { Self.names($0).contains { refusal.contains($0) } } ?? left.first
    }

    /// A request was answered that made these concessions, the `last` of which helped; those before it did not.
    func succeeded(_ made: Set<Concession>, last: Concession?, voice: String) {
        state.withLock { state in
            if last == .voice {
                if state.badVoices.count < Self.mostVoices { state.badVoices.insert(voice) }
            } else if let last {
                state.needed.insert(last)
            } else if !made.contains(.voice), state.goodVoices.count < Self.mostVoices {
                state.goodVoices.insert(voice)
            }
        }
    }

    /// A request was refused whatever concessions it made.
    func refused(_ made: Set<Concession>) {
        state.withLock { $0.useless.formUnion(made.subtracting([.voice])) }
    }

    private static func names(_ concession: Concession) -> [String] {
        switch concession {
        case .voice: ["voice", "speaker"]
        case .format: ["response_format", "format", "pcm"]
        case .members: ["sample_rate", "stream", "extra", "unexpected", "unknown field", "not permitted"]
        }
    }
}
