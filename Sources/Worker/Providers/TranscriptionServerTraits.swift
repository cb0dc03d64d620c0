import Synchronization

/// What one transcription server was found to refuse, for all sessions of the worker; may be used from any thread.
///
/// DESIGN. Servers of the same interface differ in the languages and answer formats that they know. A refused upload is sent once
/// more without what may be the reason, and what was refused is not asked for again.
final class TranscriptionServerTraits: Sendable {
    /// What may be left out of a request.
    struct Form: Equatable {
        /// ISO 639-1; nil: the server finds it out.
        var language: String?
        /// Whether the answer tells of each segment how likely it holds no speech.
        var segments: Bool
    }

    private struct State {
        /// A client can name no more than there are.
        var refusedLanguages: Set<String> = []
        /// nil: not known yet.
        var givesSegments: Bool?
    }
    private let state = Mutex(State())

    /// The form of a request: as far as wished, without what was refused.
    func form(language: String?, segments: Bool) -> Form {
        state.withLock { state in
            Form(
                language: language.flatMap { state.refusedLanguages.contains($0) ? nil : $0 },
                segments: segments && state.givesSegments != false)
        }
    }

    /// A request of this form was answered, after the form `asked` was refused, if that was another.
    func succeeded(_ form: Form, asked: Form) {
        state.withLock { state in
            if form.segments { state.givesSegments = true }
            if let language = asked.language, form.language == nil { state.refusedLanguages.insert(language) }
        }
    }

    /// Whisper's own code where it differs from ISO 639-1.
    static func whisperCode(_ language: String) -> String { ["nb": "no", "jv": "jw"][language] ?? language }

    /// The form to try after a refusal; nil: nothing is left that may be the reason.
    func next(after form: Form, refusal: String) -> Form? {
        var next = form
        state.withLock { state in
            if form.language != nil, refusal.contains("language") {
                next.language = nil
            } else if form.segments, state.givesSegments != true {
                state.givesSegments = false
                next.segments = false
            }
        }
        return next == form ? nil : next
    }
}
