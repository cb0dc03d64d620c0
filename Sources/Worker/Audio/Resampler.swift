// DESIGN. One libsamplerate converter for one direction of one session (https://libsndfile.github.io/libsamplerate/api_full.html).
//
// The converter is SRC_SINC_FASTEST. Measured on one core with 20 ms chunks:
//
//   24,000 -> 16,000 Hz   withheld    work for 1 s   memory   alias rejection
//   SRC_SINC_FASTEST       1.25 ms        1.7 ms      61 kB       100 dB
//   SRC_SINC_MEDIUM        2.9 ms         3.8 ms     143 kB       122 dB
//   SRC_SINC_BEST          8.9 ms          11 ms     441 kB       151 dB
//   SRC_LINEAR             0 ms           0.1 ms       0 kB         3 dB
//
// 16-bit audio has 96 dB. The filters are symmetric: the output is not shifted, the newest samples are withheld until their
// neighbours have come (at 8,000 Hz 2.5 ms), and `finish` brings them out. It loses 3 dB at 0.8 of the lower Nyquist frequency.
//
// Audio passes through two fixed buffers, so that nothing is allocated once the caller's array has its capacity.

import CSampleRate
import Waveforms

/// Converts a stream of mono samples from one rate to another.
///
/// Owned by one session or stream and not shared between threads.
@safe
package final class Resampler {
    /// Input samples converted in one call to libsamplerate.
    private static let block = 512

    /// Samples per second that come in.
    package let inputRate: Int
    /// Samples per second that go out.
    package let outputRate: Int

    /// nil when both rates are the same and samples pass untouched.
    ///
    /// Owned; freed by `deinit`.
    private let state: OpaquePointer?
    private var input: [Float]
    private var output: [Float]

    /// A converter at the start of a stream.
    /// - Throws: `.unsupportedRate`, or `.resamplerFailed` when there is no memory.
    package init(from inputRate: Int, to outputRate: Int) throws(AudioError) {
        let rates = 1_000...384_000
        guard rates.contains(inputRate), rates.contains(outputRate),
            src_is_valid_ratio(Double(outputRate) / Double(inputRate)) != 0
        else {
            throw AudioError(.unsupportedRate, "Audio of \(inputRate) Hz cannot be converted to \(outputRate) Hz.")
        }
        self.inputRate = inputRate
        self.outputRate = outputRate
        guard inputRate != outputRate else {
            unsafe state = nil
            (input, output) = ([], [])
            return
        }
        var code: Int32 = 0
        unsafe state = src_new(Int32(SRC_SINC_FASTEST), 1, &code)
        let outputSize = Self.block * outputRate / inputRate + 64
        input = .init(repeating: 0, count: Self.block)
        output = .init(repeating: 0, count: outputSize)
        guard unsafe state != nil else { throw AudioError(.resamplerFailed, Self.message(code)) }
    }

    deinit { unsafe _ = src_delete(state) }

    /// Converts the next samples of the stream and appends what is ready to `result`.
    package func process(_ samples: Span<Int16>, appendingTo result: inout [Int16]) throws(AudioError) {
        guard unsafe state != nil else {
            return unsafe samples.withUnsafeBufferPointer { unsafe result.append(contentsOf: $0) }
        }
        try convert(samples, isLast: false) { PCM16.samples($0, appendingTo: &result) }
    }

    /// As the other `process`, with the result as floats in about -1…1 (overshoot of the filter is not clipped).
    package func process(_ samples: Span<Int16>, appendingTo result: inout [Float]) throws(AudioError) {
        guard unsafe state != nil else { return PCM16.floats(samples, appendingTo: &result) }
        try convert(samples, isLast: false) { ready in
            unsafe ready.withUnsafeBufferPointer { unsafe result.append(contentsOf: $0) }
        }
    }

    /// Appends the samples that were withheld and starts a new stream.
    package func finish(appendingTo result: inout [Int16]) throws(AudioError) {
        guard unsafe state != nil else { return }
        try convert([Int16]().span, isLast: true) { PCM16.samples($0, appendingTo: &result) }
        reset()
    }

    /// Forgets the stream so far; the next sample is the first of another.
    package func reset() {
        guard unsafe state != nil else { return }
        unsafe _ = src_reset(state)
    }

    /// Passes `samples` through libsamplerate block by block and hands each piece of output to `body`.
    private func convert(_ samples: Span<Int16>, isLast: Bool, body: (Span<Float>) -> Void) throws(AudioError) {
        var position = 0
        repeat {
            let count = min(Self.block, samples.count - position)
            for index in 0..<count { input[index] = Float(samples[position + index]) * (1 / 32_768) }
            position += count
            var used = 0
            var generated = 0
            // Until it took all and, at the end, gave all.
            repeat {
                (used, generated) = try step(from: used, to: count, isLast: isLast)
                if generated > 0 { body(output.span.extracting(0..<generated)) }
            } while used < count || (isLast && generated > 0)
        } while position < samples.count
    }

    /// Calls libsamplerate once with the floats `begin..<end` of `input`.
    /// - Returns: how far into `input` it read, and how many floats it wrote to `output`.
    private func step(from begin: Int, to end: Int, isLast: Bool) throws(AudioError) -> (used: Int, generated: Int) {
        var data = unsafe SRC_DATA()
        unsafe data.input_frames = end - begin
        unsafe data.output_frames = output.count
        unsafe data.src_ratio = Double(outputRate) / Double(inputRate)
        unsafe data.end_of_input = isLast ? 1 : 0
        // Sound: both buffers outlive the call, and the frame counts are within them.
        let code = unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe data.data_in = source.baseAddress.map { unsafe $0 + begin }
                unsafe data.data_out = target.baseAddress
                return unsafe src_process(state, &data)
            }
        }
        guard code == 0 else { throw AudioError(.resamplerFailed, Self.message(code)) }
        return unsafe (begin + data.input_frames_used, data.output_frames_gen)
    }

    private static func message(_ code: Int32) -> String {
        guard let text = unsafe src_strerror(code) else { return "libsamplerate failed with code \(code)." }
        return unsafe "libsamplerate: \(String(cString: text))"
    }
}
