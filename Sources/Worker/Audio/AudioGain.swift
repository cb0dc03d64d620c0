/// A gain that moves to a new value in a ramp, for audio that is already in the bytes of the wire.
///
/// A step would be heard as a click. Costs nothing while the gain is one and nothing but the pass over the bytes otherwise.
package struct AudioGain: Sendable, Equatable {
    private var current: Float = 1
    private var target: Float = 1
    /// What each sample adds on the way to the target.
    private var step: Float = 0

    /// A gain of one.
    package init() {}

    /// Whether audio passes as it is.
    package var isUnity: Bool { current == 1 && target == 1 }

    /// Moves to `gain`, from 0 to 1, within the next `samples`; a ramp that leads there already goes on as it is.
    package mutating func move(to gain: Double, within samples: Int) {
        let wanted = Float(min(max(gain, 0), 1))
        guard wanted != target else { return }
        target = wanted
        step = (target - current) / Float(max(1, samples))
    }

    /// Applies the gain to 16-bit little-endian samples; an odd byte at the end stays as it is.
    package mutating func apply(toPCM16 bytes: inout ArraySlice<UInt8>) {
        guard !isUnity else { return }
        var index = bytes.startIndex
        while index + 1 < bytes.endIndex {
            let sample = Int16(truncatingIfNeeded: UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8)
            let result = UInt16(bitPattern: next(sample))
            bytes[index] = UInt8(truncatingIfNeeded: result)
            bytes[index + 1] = UInt8(truncatingIfNeeded: result >> 8)
            index += 2
        }
    }

    /// Applies the gain to bytes of `law`.
    package mutating func apply(to bytes: inout ArraySlice<UInt8>, of law: G711) {
        guard !isUnity else { return }
        for index in bytes.indices { bytes[index] = law.byte(of: next(law.sample(of: bytes[index]))) }
    }

    /// The next sample, one step further on the ramp.
    private mutating func next(_ sample: Int16) -> Int16 {
        if current != target {
            current += step
            if step > 0 ? current > target : current < target { current = target }
        }
        return Int16((Float(sample) * current).rounded())
    }
}
