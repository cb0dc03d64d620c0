/// What the user hears when a provider fails or is too slow.
package struct SilenceSettings: Sendable, Equatable {
    /// Spoken in place of an answer that failed; nil: nothing is.
    package var apology: String?

    /// The product's defaults.
    package init() {}
}
