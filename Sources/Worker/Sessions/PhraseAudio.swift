import Core

/// What a phrase may be, and how its audio is cut.
package enum PhraseAudio {
    /// The longest phrase; an answer never waits longer for one to end.
    package static let longest = Duration.seconds(4)
    /// The longest apology that is made beforehand.
    static let longestApology = Duration.seconds(15)
    /// Characters of an apology that is hardly longer: speech has some fifteen a second.
    static let apologyLength = 200
    /// Samples of the longest of both.
    static let mostSamples = 24 * longestApology.wholeMilliseconds

    /// Below this a sample is silence: -40 dB of full scale.
    private static let silence = 328
    /// Silence kept before the first sound, so that its onset is whole.
    private static let lead = 24 * 10
    /// Silence kept after the last one: the pause before the answer.
    private static let tail = 24 * 100

    /// Samples at 24,000 a second without the silence that speech synthesis puts around them, which would delay phrase and answer.
    static func trimmed(_ samples: [Int16]) -> [Int16] {
        guard let first = samples.firstIndex(where: { abs(Int($0)) > silence }),
            let last = samples.lastIndex(where: { abs(Int($0)) > silence })
        else { return [] }
        return Array(samples[max(0, first - lead)..<min(samples.count, last + tail)])
    }
}
