// DESIGN. The weights of the Silero network (16 kHz), read once and shared read-only by all sessions of a process.
// They lie in one allocation aligned to cache lines, in the order in which the kernels read them (CSileroKernels.h), about
// 900 kB. The object owns the memory; every detector retains it, so the pointers in `model` outlive their readers.

import CSileroKernels
import Foundation

/// The packed weights of the network.
///
/// `@unchecked Sendable`: written only by `init`, which no other thread can see yet; read-only afterwards.
@safe
final class SileroWeights: @unchecked Sendable {
    /// Points into `storage`.
    let model: SileroModel
    private let storage: UnsafeMutablePointer<Float>

    /// Whether the stored STFT basis is the Hann windowed DFT, so that the FFT computes it.
    let usesFFT: Bool

    /// Reads, checks and packs the weights.
    init(_ file: SafetensorsFile) throws(VoiceActivityError) {
        let basis = try file.floats("stft_conv.weight", shape: [258, 1, 256])
        usesFFT = FourierTables.isWindowedDFT(basis)
        var packer = WeightPacker()
        let window = packer.append(FourierTables.window)
        let twiddles = packer.append(FourierTables.twiddles)
        let split = packer.append(FourierTables.split)
        let basisOffset = usesFFT ? nil : packer.appendBasis(basis)

        var convolutions: [Int] = []
        var biases: [Int] = []
        for layer in Layer.all {
            let weights = try file.floats("\(layer.name).weight", shape: [layer.outputs, layer.inputs, 3])
            convolutions.append(packer.alignedEnd)
            for tap in layer.taps {
                packer.appendMatrix(outputs: layer.outputs, inputs: layer.inputs) { output, input in
                    weights[(output * layer.inputs + input) * 3 + tap]
                }
            }
            biases.append(packer.append(try file.floats("\(layer.name).bias", shape: [layer.outputs])))
        }

        let units = silero_units
        let lstm = packer.alignedEnd
        for name in ["lstm_cell.weight_ih", "lstm_cell.weight_hh"] {
            let weights = try file.floats(name, shape: [4 * units, units])
            packer.appendMatrix(outputs: 4 * units, inputs: units) { weights[$0 * units + $1] }
        }
        let inputBias = try file.floats("lstm_cell.bias_ih", shape: [4 * units])
        let hiddenBias = try file.floats("lstm_cell.bias_hh", shape: [4 * units])
        let lstmBias = packer.append(zip(inputBias, hiddenBias).map(+))
        let last = packer.append(try file.floats("final_conv.weight", shape: [1, units, 1]))
        let lastBias = try file.floats("final_conv.bias", shape: [1])[0]

        let storage = unsafe packer.makeAligned()
        unsafe self.storage = storage
        unsafe model = SileroModel(
            window: storage + window, twiddles: storage + twiddles, split: storage + split,
            basis: basisOffset.map { unsafe UnsafePointer(storage + $0) },
            conv1: storage + convolutions[0], conv2: storage + convolutions[1],
            conv3: storage + convolutions[2], conv4: storage + convolutions[3],
            bias1: storage + biases[0], bias2: storage + biases[1], bias3: storage + biases[2],
            bias4: storage + biases[3],
            lstm: storage + lstm, lstm_bias: storage + lstmBias, last: storage + last, last_bias: lastBias)
    }

    deinit { unsafe free(storage) }

    /// A convolution of width 3; `taps` are those that see more than padding.
    private struct Layer {
        var name: String
        var inputs: Int
        var outputs: Int
        var taps: [Int]

        static let all = [
            Layer(name: "conv1", inputs: 129, outputs: 128, taps: [0, 1, 2]),
            Layer(name: "conv2", inputs: 128, outputs: 64, taps: [0, 1, 2]),
            Layer(name: "conv3", inputs: 64, outputs: 64, taps: [1, 2]),
            Layer(name: "conv4", inputs: 64, outputs: 128, taps: [1]),
        ]
    }
}
