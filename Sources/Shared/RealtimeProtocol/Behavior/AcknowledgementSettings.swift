/// The short phrase ("okay") that is spoken when the answer is not ready after a moment.
package struct AcknowledgementSettings: Sendable, Equatable {
    /// From when `delay` counts.
    package enum Origin: String, Sendable, CaseIterable {
        case responseStart = "response_start", speechEnd = "speech_end"
    }

    /// Whether there are phrases at all.
    package var isEnabled = true
    /// How long the answer may take before a phrase is spoken.
    package var delay = Duration.milliseconds(300)
    /// From when `delay` counts.
    package var origin = Origin.responseStart
    /// One of these is spoken, never the same twice in a row where there is a choice; one entry means one phrase.
    package var phrases = ["okay"]
    /// A turn of fewer words of the user gets no phrase; 0: every turn does.
    package var minimumUserWords = 0
    /// Time between the ends of one phrase and the beginning of the next.
    package var minimumGap = Duration.seconds(2)
    /// How long a tool may run before a phrase of the second level is spoken; nil: none is.
    package var toolDelay: Duration? = .seconds(6)
    /// The phrases of the second level.
    package var toolPhrases = ["one moment please"]
    /// Most phrases of the second level in one response.
    package var toolLimit = 2

    /// The product's defaults.
    package init() {}
}
