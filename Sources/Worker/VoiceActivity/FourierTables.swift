import Foundation

/// Constants of the 256-point STFT, computed in double precision.
enum FourierTables {
    /// The periodic Hann window.
    static let window: [Float] = (0..<256).map { Float(hann($0)) }

    /// e^(-2πik/128) for k in 0..<128, as pairs of real and imaginary part.
    static let twiddles: [Float] = pairs(count: 128, period: 128)

    /// e^(-2πik/256) for k in 0...64, as pairs of real and imaginary part.
    static let split: [Float] = pairs(count: 65, period: 256)

    /// Whether `basis` [258][256] is the Hann windowed DFT: 129 rows of cosines, then 129 of sines of either sign.
    ///
    /// The tolerance is a hundred times the rounding of its floats and far below what a probability shows.
    static func isWindowedDFT(_ basis: [Float], tolerance: Double = 1e-5) -> Bool {
        guard basis.count == 258 * 256 else { return false }
        var positive = true
        var negative = true
        for bin in 0...128 {
            for sample in 0..<256 {
                let angle = 2 * Double.pi * Double(bin * sample % 256) / 256
                let cosine = hann(sample) * cos(angle)
                let sine = hann(sample) * sin(angle)
                let stored = Double(basis[(129 + bin) * 256 + sample])
                positive = positive && abs(stored - sine) <= tolerance
                negative = negative && abs(stored + sine) <= tolerance
                guard abs(Double(basis[bin * 256 + sample]) - cosine) <= tolerance, positive || negative else {
                    return false
                }
            }
        }
        return true
    }

    private static func hann(_ sample: Int) -> Double { 0.5 - 0.5 * cos(2 * Double.pi * Double(sample) / 256) }

    private static func pairs(count: Int, period: Int) -> [Float] {
        (0..<count).flatMap { k in
            let angle = -2 * Double.pi * Double(k) / Double(period)
            return [Float(cos(angle)), Float(sin(angle))]
        }
    }
}
