import Core
import Glibc
import Pipeline

/// Where the embedded speech recogniser finds its models, and how much of the machine it may use.
package struct PocketSphinxConfiguration: Sendable, Equatable {
    /// Directory of the acoustic model.
    package var acousticModel = "/usr/share/pocketsphinx/model/en-us/en-us"
    /// Statistical language model.
    package var languageModel = "/usr/share/pocketsphinx/model/en-us/en-us.lm.bin"
    /// Words and their phonemes.
    package var dictionary = "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict"
    /// Turns that are decoded at the same time.
    ///
    /// One decoder takes 88 MB, 0.3 s to load and about a fifth of a core while it hears.
    package var decoders = 2
    /// Turns that may wait for a decoder; the next one fails at once.
    package var waitingTurns = 16
    /// How long a turn waits for a decoder.
    package var patience: Duration = .seconds(5)
    /// Audio between two partial results, in samples.
    package var partialInterval = 3_200

    /// The models of Debian's package `pocketsphinx-en-us`.
    package init() {}

    /// Checks that the models are there: the library ends the process over some broken ones.
    func check() throws(ProviderError) {
        let files = ["mdef", "means", "variances", "transition_matrices", "feat.params"].map {
            "\(acousticModel)/\($0)"
        }
        for file in files + [languageModel, dictionary] where unsafe access(file, R_OK) != 0 {
            throw ProviderError(
                .speechToText, provider: "pocketsphinx", .unavailable,
                "The speech recogniser's models are not installed (Debian package pocketsphinx-en-us).")
        }
    }

    /// Settings in the library's own terms.
    ///
    /// Measured on the human recordings of its test data (100 words, each with and without silence around, loud and quiet): one
    /// pass alone has 21 % of the words wrong and 12 ms of work after the last sample, with the lattice search (`-bestpath`) it is
    /// 23 % and 21 ms, with the second pass (`-fwdflat`) 28 % and 133 ms.
    var arguments: [String] {
        [
            "-hmm", acousticModel, "-lm", languageModel, "-dict", dictionary, "-samprate", "16000", "-fwdflat", "no",
            "-bestpath", "no",
        ]
    }
}
