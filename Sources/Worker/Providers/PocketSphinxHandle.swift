// DESIGN. One decoder of the library, with its own copy of the models. It decodes one utterance at a time and may be used by
// one thread at a time, not always the same: `PocketSphinxPool` gives it to one turn and gets it back.
//
// The library subtracts the mean of the cepstra, which carries the loudness and the sound of microphone and room, and
// learns it over utterances. Decoders change hands between sessions, so each utterance starts from the same mean (nobody's
// speech changes what another's is heard as) and then follows this speaker faster than the library does by itself: the mean
// moves with every slice instead of once per eight seconds. The start is neutral: the mean that comes with the American
// English model is that of one recording, and other speakers and microphones do worse with it (26 % instead of 21 % of words wrong).

import CPocketSphinx
import Core
import Pipeline

/// One PocketSphinx decoder.
///
/// `@unchecked Sendable`: its one user at a time is whoever took it from the pool.
@safe
final class PocketSphinxHandle: @unchecked Sendable {
    /// Samples decoded in one step: after each the speaker's mean moves and cancellation is looked at.
    static let slice = 1_600
    /// Frames (10 ms each) that the starting mean counts for.
    private static let priorFrames: Int32 = 200
    /// The first cepstrum, the logarithm of loudness, of speech at a usual level; all other means start at zero.
    private static let usualLoudness: Float = 52

    /// Owned; freed by `deinit`.
    private let decoder: OpaquePointer
    /// The mean that each utterance starts from.
    private let prior: [Float]
    private var isInUtterance = false

    /// Loads the models; blocks for about 0.3 s.
    init(_ configuration: PocketSphinxConfiguration) throws(ProviderError) {
        try configuration.check()
        let arguments = ["antiphon"] + configuration.arguments
        // Sound: the library copies the arguments before it returns, and every string is freed after that.
        var strings = unsafe arguments.map { unsafe strdup($0) }
        defer { unsafe strings.forEach { unsafe free($0) } }
        guard let parsed = unsafe cmd_ln_parse_r(nil, ps_args(), Int32(strings.count), &strings, 1) else {
            throw Self.failure("The speech recogniser refused its configuration.")
        }
        // The decoder keeps a reference of its own.
        let decoder = unsafe ps_init(parsed)
        unsafe cmd_ln_free_r(parsed)
        guard let decoder = unsafe decoder else {
            throw Self.failure("The speech recogniser could not load its models.")
        }
        guard let mean = unsafe Self.mean(of: decoder) else {
            unsafe ps_free(decoder)
            throw Self.failure("The speech recogniser's models do not normalise.")
        }
        unsafe self.decoder = decoder
        prior = unsafe (0..<Int(mean.pointee.veclen)).map { $0 == 0 ? Self.usualLoudness : 0 }
    }

    deinit { unsafe _ = ps_free(decoder) }

    /// Begins an utterance; ends one that was given up.
    func begin() throws(ProviderError) {
        if isInUtterance { unsafe _ = ps_end_utt(decoder) }
        isInUtterance = false
        if let mean = unsafe Self.mean(of: decoder) {
            for index in prior.indices {
                unsafe mean.pointee.cmn_mean[index] = prior[index]
                unsafe mean.pointee.sum[index] = prior[index] * Float(Self.priorFrames)
            }
            unsafe mean.pointee.nframe = Self.priorFrames
        }
        // A new stream forgets the noise level too.
        guard unsafe ps_start_stream(decoder) == 0, unsafe ps_start_utt(decoder) == 0 else {
            throw Self.failure("The speech recogniser could not begin an utterance.")
        }
        isInUtterance = true
    }

    /// Decodes 16 kHz samples in steps of at most `slice`.
    ///
    /// It stops between two steps once the task is cancelled, and blocks for about a fifth of the audio's duration.
    func process(_ samples: ArraySlice<Int16>) throws(ProviderError) {
        var position = 0
        while position < samples.count, !Task.isCancelled {
            let count = min(Self.slice, samples.count - position)
            let frames = unsafe samples.withUnsafeBufferPointer { buffer -> Int32 in
                guard let base = buffer.baseAddress else { return 0 }
                return unsafe ps_process_raw(decoder, base + position, count, 0, 0)
            }
            guard frames >= 0 else { throw Self.failure("The speech recogniser failed while decoding.") }
            followSpeaker()
            position += count
        }
    }

    /// What was understood so far.
    var hypothesis: String {
        var score: Int32 = 0
        guard let text = unsafe ps_get_hyp(decoder, &score) else { return "" }
        return Self.words(unsafe String(cString: text))
    }

    /// Ends the utterance and gives its text.
    func end() throws(ProviderError) -> String {
        isInUtterance = false
        guard unsafe ps_end_utt(decoder) == 0 else {
            throw Self.failure("The speech recogniser could not end an utterance.")
        }
        return hypothesis
    }

    private func followSpeaker() {
        guard let mean = unsafe Self.mean(of: decoder), unsafe mean.pointee.nframe > 0 else { return }
        for index in prior.indices {
            unsafe mean.pointee.cmn_mean[index] = mean.pointee.sum[index] / Float(mean.pointee.nframe)
        }
    }

    /// The library's state of cepstral mean normalisation; it belongs to the decoder.
    private static func mean(of decoder: OpaquePointer) -> UnsafeMutablePointer<cmn_t>? {
        unsafe ps_get_feat(decoder).flatMap { unsafe $0.pointee.cmn_struct }
    }

    /// The words of a hypothesis: without silence and noise marks, and without the numbers of alternative pronunciations.
    static func words(_ hypothesis: String) -> String {
        hypothesis.split(separator: " ").compactMap { word -> Substring? in
            guard let first = word.first, first != "<", first != "[", first != "+" else { return nil }
            guard word.last == ")", let open = word.lastIndex(of: "(") else { return word }
            return word[..<open]
        }
        .joined(separator: " ").lowercased()
    }

    private static func failure(_ message: String) -> ProviderError {
        ProviderError(.speechToText, provider: "pocketsphinx", .internal, message)
    }
}
