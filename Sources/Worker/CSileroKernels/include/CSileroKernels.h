// DESIGN. One window of the Silero voice activity network (16 kHz), computed for one listener.
//
// The network is fixed: 64 samples of context and a window of 512, four frames of a 256-point STFT (magnitudes), four
// convolutions with ReLU (129 -> 128 -> 64 -> 64 -> 128 channels), an LSTM cell of 128, ReLU, one weighted sum, sigmoid.
// `network.inc` writes it once over a vector type; `variants.c` compiles it for each instruction set of the machine and
// `silero_variant` hands out the ones that this CPU can run. All scratch memory is on the caller's stack (14 KB); nothing
// allocates, nothing is global but constant tables, so any number of threads may share one model.
#pragma once

#include <stdbool.h>
#include <stddef.h>

/// Samples in a window, samples of the window before it that are seen again, units of the LSTM, bins of the STFT.
enum { silero_window = 512, silero_context = 64, silero_units = 128, silero_bins = 129 };

/// Outputs that lie next to each other in a packed matrix, see `SileroModel`.
enum { silero_panel = 64 };

/// Read-only weights, shared by all sessions.
///
/// A matrix of n outputs and k inputs is packed in panels of 64 outputs: w[panel][input][output in panel], so that one
/// pass reads it front to back. Every pointer is aligned to 64 bytes.
typedef struct {
    /// Hann window (256), twiddles of the 128-point FFT (128 pairs) and of the split into 129 bins (65 pairs).
    const float *_Nonnull window, *_Nonnull twiddles, *_Nonnull split;
    /// 2 x [256 inputs -> 192 outputs, 129 used]: the real and imaginary part of the stored basis, if that is not the Hann
    /// windowed DFT; null if it is, and the FFT is used.
    const float *_Nullable basis;
    /// conv1 3 x [129 -> 128], conv2 3 x [128 -> 64], conv3 2 x [64 -> 64] (taps 1 and 2), conv4 [64 -> 128] (tap 1): the
    /// other taps see only padding.
    const float *_Nonnull conv1, *_Nonnull conv2, *_Nonnull conv3, *_Nonnull conv4;
    const float *_Nonnull bias1, *_Nonnull bias2, *_Nonnull bias3, *_Nonnull bias4;
    /// [128 inputs, then 128 hidden -> 512 gates: input, forget, cell, output] and the sum of both biases.
    const float *_Nonnull lstm, *_Nonnull lstm_bias;
    /// 128 weights of the last layer and its bias.
    const float *_Nonnull last;
    float last_bias;
} SileroModel;

/// What one listener remembers from window to window; all zero at the start.
typedef struct {
    float hidden[silero_units], cell[silero_units], context[silero_context];
} SileroState;

/// The instruction sets that the network is compiled for.
typedef enum { silero_plain, silero_avx2, silero_avx512 } SileroInstructionSet;

/// Computes the probability that `window` (512 samples in -1...1; anything not finite counts as 0) is speech.
typedef float (*SileroStep)(
    const SileroModel *_Nonnull model, SileroState *_Nonnull state, const float *_Nonnull window);

/// The network for `set`; null if this CPU, or this build's architecture, does not have it.
SileroStep _Nullable silero_variant(SileroInstructionSet set);
