/// Cuts a stream of samples into windows of one length, as floats in -1…1, for the voice activity detector.
///
/// Holds less than a window between calls and allocates nothing after `init`.
package struct SampleWindows: Sendable {
    private var window: [Float]
    private var filled = 0

    /// A cutter at the start of a stream.
    package init(length: Int) {
        precondition(length > 0, "a window has samples")
        window = .init(repeating: 0, count: length)
    }

    /// Samples that wait for the rest of their window.
    package var pending: Int { filled }

    /// Takes the next samples and calls `body` with each window that they complete, in order.
    package mutating func append(_ samples: Span<Int16>, body: (Span<Float>) -> Void) {
        for index in samples.indices {
            window[filled] = Float(samples[index]) * (1 / 32_768)
            filled += 1
            if filled == window.count {
                filled = 0
                body(window.span)
            }
        }
    }

    /// Forgets the samples of the window that is not complete.
    package mutating func reset() { filled = 0 }
}
