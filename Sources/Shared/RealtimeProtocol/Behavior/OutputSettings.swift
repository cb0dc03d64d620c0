/// How far ahead of the listener's clock audio leaves.
///
/// More of it bridges a line whose delay varies. What was sent and not yet heard is lost at an interruption, and cannot become
/// quieter while one is weighed.
package struct OutputSettings: Sendable, Equatable {
    /// How much may leave at once when speech begins.
    package var startLead = Duration.milliseconds(80)
    /// How far ahead all later audio leaves.
    package var steadyLead = Duration.milliseconds(60)

    /// The product's defaults.
    package init() {}
}
