import CSileroKernels
import Foundation

/// Lays vectors and matrices one behind the other in the order of the kernels, each at a multiple of 64 bytes.
struct WeightPacker {
    private var floats: [Float] = []
    /// Floats in a cache line.
    private static let line = 16
    private static let panel = silero_panel

    /// Where the next piece will begin.
    var alignedEnd: Int { (floats.count + Self.line - 1) / Self.line * Self.line }

    /// Appends a vector and returns where it begins.
    mutating func append(_ values: [Float]) -> Int {
        pad()
        defer { floats.append(contentsOf: values) }
        return floats.count
    }

    /// Appends a matrix in panels: for each 64 outputs, for each input, the 64 weights.
    mutating func appendMatrix(outputs: Int, inputs: Int, weight: (_ output: Int, _ input: Int) -> Float) {
        pad()
        for panel in stride(from: 0, to: outputs, by: Self.panel) {
            for input in 0..<inputs {
                for output in panel..<panel + Self.panel { floats.append(weight(output, input)) }
            }
        }
    }

    /// Appends the two halves of an STFT basis [258][256], each with its 129 outputs filled up to 192 by zeros.
    mutating func appendBasis(_ basis: [Float]) -> Int {
        let begin = alignedEnd
        let bins = silero_bins
        for half in 0..<2 {
            appendMatrix(outputs: 192, inputs: 256) { $0 < bins ? basis[(half * bins + $0) * 256 + $1] : 0 }
        }
        return begin
    }

    /// A copy aligned to 64 bytes, which the caller frees with `free`.
    func makeAligned() -> UnsafeMutablePointer<Float> {
        let size = alignedEnd * MemoryLayout<Float>.stride
        guard let memory = unsafe aligned_alloc(64, size) else {
            fatalError("no memory for the voice activity weights")
        }
        let copy = unsafe memory.bindMemory(to: Float.self, capacity: floats.count)
        unsafe copy.initialize(from: floats, count: floats.count)
        return unsafe copy
    }

    private mutating func pad() { floats.append(contentsOf: repeatElement(0, count: alignedEnd - floats.count)) }
}
