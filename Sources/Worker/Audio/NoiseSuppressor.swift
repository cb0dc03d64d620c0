// DESIGN. One preprocessor of libspeexdsp (https://www.speex.org/docs/manual/speex-manual/node7.html) for one session: it follows the
// spectrum of the steady noise and takes it out of each frame of 20 ms, two of which overlap. Measured at 16,000 Hz with 1.2.1: 47 kB,
// 1.1 ms of work for one second, and an output that is late by one frame.
//
// The output stands where the input stood: the first frame, which holds nothing, is dropped, and the newest audio, at most two
// frames, is withheld until its neighbours have come or `finish` brings it out. So positions in the output are positions in the input.
//
// Only suppression is switched on. The gain control would move the thresholds of the detector; the library's own detector stays
// off, as it is; its dereverberation has a switch and no effect.
//
// Audio passes through one fixed buffer, so that nothing is allocated once the caller's array has its capacity.

import CSpeexDSP

/// Takes steady noise out of a stream of 16,000 Hz mono audio.
///
/// Owned by one session and not shared between threads.
@safe
package final class NoiseSuppressor {
    /// Where the microphone is, which decides how much noise is taken out.
    package enum Distance: Sendable, CaseIterable {
        /// At the mouth, as in a headset: little noise, and a voice that shall stay as it is.
        case near
        /// In the room: more noise, and a voice that may suffer a little.
        case far

        /// The most that noise is lowered, in dB; libspeexdsp's own default is 15.
        var attenuation: Int32 {
            switch self {
            case .near: 15
            case .far: 28
            }
        }
    }

    /// Samples per second.
    package static let sampleRate = 16_000
    /// Samples treated at once: 20 ms.
    private static let frameLength = 320
    /// Samples by which the library's output is late.
    private static let delay = 320
    /// The most samples that are withheld.
    package static let withheld = frameLength + delay

    /// How much noise is taken out.
    package let distance: Distance
    /// Owned; freed by `deinit` and `reset`.
    private var state: OpaquePointer
    private var frame = [Int16](repeating: 0, count: frameLength)
    /// Samples in `frame`.
    private var filled = 0
    /// Samples of the stream that have not been put out yet.
    private var pending = 0
    /// Samples of output that hold nothing of the stream.
    private var skipped = delay

    /// A suppressor that has heard nothing yet.
    /// - Throws: `.suppressorFailed` when there is no memory.
    package init(_ distance: Distance) throws(AudioError) {
        self.distance = distance
        unsafe state = try Self.makeState(distance)
    }

    deinit { unsafe speex_preprocess_state_destroy(state) }

    /// Treats the next samples of the stream and appends what is ready to `result`.
    package func process(_ samples: Span<Int16>, appendingTo result: inout [Int16]) {
        pending += samples.count
        for index in samples.indices { append(samples[index], to: &result) }
    }

    /// Appends the samples that were withheld; the next sample begins a new stream in the same noise.
    package func finish(appendingTo result: inout [Int16]) {
        while pending > 0 { append(0, to: &result) }
        filled = 0
        skipped = Self.delay
    }

    /// Forgets the stream so far and its noise.
    /// - Throws: `.suppressorFailed` when there is no memory; then nothing is forgotten.
    package func reset() throws(AudioError) {
        let fresh = unsafe try Self.makeState(distance)
        unsafe speex_preprocess_state_destroy(state)
        unsafe state = fresh
        filled = 0
        pending = 0
        skipped = Self.delay
    }

    private func append(_ sample: Int16, to result: inout [Int16]) {
        frame[filled] = sample
        filled += 1
        guard filled == Self.frameLength else { return }
        filled = 0
        // Sound: the library treats exactly one frame in place.
        unsafe frame.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            unsafe _ = speex_preprocess_run(state, base)
        }
        let first = min(skipped, frame.count)
        skipped -= first
        let end = min(frame.count, first + pending)
        result.append(contentsOf: frame[first..<end])
        pending -= end - first
    }

    private static func makeState(_ distance: Distance) throws(AudioError) -> OpaquePointer {
        guard let state = unsafe speex_preprocess_state_init(Int32(frameLength), Int32(sampleRate)) else {
            throw AudioError(.suppressorFailed, "There is no memory for a noise suppressor.")
        }
        for (request, value) in [
            (SPEEX_PREPROCESS_SET_DENOISE, 1), (SPEEX_PREPROCESS_SET_NOISE_SUPPRESS, -distance.attenuation),
            (SPEEX_PREPROCESS_SET_AGC, 0),
        ] {
            var value = value
            unsafe _ = speex_preprocess_ctl(state, request, &value)
        }
        return unsafe state
    }
}
