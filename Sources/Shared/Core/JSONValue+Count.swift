extension JSONValue {
    /// The number as a count of something, brought into 0…2³¹−1; nil if this is no number.
    ///
    /// What others count (tokens, sizes, places, seconds) is read through here, so that no sum, product or difference of such numbers
    /// can overflow, whatever they send.
    package var count: Int? {
        switch self {
        case .integer(let value): min(max(value, 0), Self.largestCount)
        case .number(let value) where !value.isNaN: Int(min(max(value, 0), Double(Self.largestCount)))
        default: nil
        }
    }

    /// What `count` gives for anything larger.
    package static let largestCount = Int(Int32.max)
}
