/// What a JSON text may cost before it is refused.
package struct JSONLimits: Sendable, Equatable {
    /// Length of the text in bytes; at most 2 GiB.
    package var bytes: Int
    /// Levels of nesting.
    package var depth: Int
    /// Values and keys together; each costs 16 bytes while the text is read.
    package var values: Int

    /// Limits with defaults that fit configuration and REST bodies.
    package init(bytes: Int = 1024 * 1024, depth: Int = 64, values: Int = 100_000) {
        self.bytes = min(bytes, Int(Int32.max))
        self.depth = depth
        self.values = values
    }

    /// 1 MiB, 64 levels, 100,000 values.
    package static let standard = JSONLimits()
}
