/// A text that must never reach a log, an error or a metric: it prints as `***` however it is printed.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The secret itself; every use of this property is a place to review.
    package let revealed: String
    /// Wraps `text`.
    package init(_ text: String) { revealed = text }
    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
