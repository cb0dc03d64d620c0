// DESIGN: audio crosses every connection as base64 (RFC 4648 section 4, standard alphabet, padded), some 50 times a
// second, so both directions work from span to buffer with one table look-up per input group and no intermediate text.
// Decoding is strict: the alphabet only, the length a multiple of four, padding at the end only, unused bits zero.

/// Base64, standard alphabet.
package enum Base64 {
    /// Why a text is not base64.
    package struct DecodingError: Error, Sendable, Equatable {}

    /// Replaces the content of `output` by what `text` stands for; its storage is reused.
    ///
    /// After an error it is empty.
    /// - Throws: `DecodingError` for a character outside the alphabet, wrong padding, or a length that no encoding has.
    package static func decode(_ text: Span<UInt8>, into output: inout [UInt8]) throws(DecodingError) {
        var length = text.count
        guard length % 4 == 0 else {
            output.removeAll(keepingCapacity: true)
            throw DecodingError()
        }
        if length > 0, text[length - 1] == UInt8(ascii: "=") {
            length -= text[length - 2] == UInt8(ascii: "=") ? 2 : 1
        }
        let size = length / 4 * 3 + (length % 4 * 3) / 4
        resize(&output, to: size)
        // Sound: the loop of `decodeGroups` reads `length` bytes and writes `size`, both inside their buffers.
        let isValid = unsafe text.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe decodeGroups(source, length: length, into: target)
            }
        }
        guard isValid else {
            output.removeAll(keepingCapacity: true)
            throw DecodingError()
        }
    }

    /// Makes `output` `size` bytes long; bytes that stay keep their value, so that frames of one size cost nothing
    /// here.
    private static func resize(_ output: inout [UInt8], to size: Int) {
        if output.count > size {
            output.removeLast(output.count - size)
        } else {
            output.append(contentsOf: repeatElement(0, count: size - output.count))
        }
    }

    private static func decodeGroups(
        _ source: UnsafeBufferPointer<UInt8>, length: Int, into target: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        let table = decodingTable
        // Sound: `table` has 1,024 entries and each index is a byte plus at most 768.
        return unsafe table.withUnsafeBufferPointer { table in
            var faults: UInt32 = 0
            var read = 0
            var written = 0
            while read + 4 <= length {
                let group =
                    unsafe table[Int(source[read])] | table[256 + Int(source[read + 1])]
                    | table[512 + Int(source[read + 2])] | table[768 + Int(source[read + 3])]
                faults |= group
                unsafe target[written] = UInt8(truncatingIfNeeded: group >> 16)
                unsafe target[written + 1] = UInt8(truncatingIfNeeded: group >> 8)
                unsafe target[written + 2] = UInt8(truncatingIfNeeded: group)
                read += 4
                written += 3
            }
            if length - read >= 2 {
                var group = unsafe table[Int(source[read])] | table[256 + Int(source[read + 1])]
                unsafe target[written] = UInt8(truncatingIfNeeded: group >> 16)
                if length - read == 3 {
                    group |= unsafe table[512 + Int(source[read + 2])]
                    unsafe target[written + 1] = UInt8(truncatingIfNeeded: group >> 8)
                    if group & 0xFF != 0 { return false }
                } else if group & 0xFFFF != 0 {
                    return false
                }
                faults |= group
            }
            return faults & invalid == 0
        }
    }

    /// Appends the encoding of `data`.
    package static func encode(_ data: Span<UInt8>, into output: inout [UInt8]) {
        let start = output.count
        let size = encodedLength(data.count)
        output.append(contentsOf: repeatElement(UInt8(ascii: "="), count: size))
        let table = encodingTable
        // Sound: each group of three bytes read writes four characters, which is what `encodedLength` counted; `table`
        // has 4,096 entries and is indexed by 12 bits.
        unsafe data.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe table.withUnsafeBufferPointer { table in
                    var read = 0
                    var written = start
                    while read + 3 <= source.count {
                        let group = unsafe Int(source[read]) << 16 | Int(source[read + 1]) << 8 | Int(source[read + 2])
                        let high = unsafe table[group >> 12]
                        let low = unsafe table[group & 0xFFF]
                        unsafe target[written] = UInt8(truncatingIfNeeded: high >> 8)
                        unsafe target[written + 1] = UInt8(truncatingIfNeeded: high)
                        unsafe target[written + 2] = UInt8(truncatingIfNeeded: low >> 8)
                        unsafe target[written + 3] = UInt8(truncatingIfNeeded: low)
                        read += 3
                        written += 4
                    }
                    guard read < source.count else { return }
                    let second = unsafe read + 1 < source.count ? Int(source[read + 1]) : 0
                    let group = unsafe Int(source[read]) << 16 | second << 8
                    let high = unsafe table[group >> 12]
                    unsafe target[written] = UInt8(truncatingIfNeeded: high >> 8)
                    unsafe target[written + 1] = UInt8(truncatingIfNeeded: high)
                    if read + 1 < source.count {
                        unsafe target[written + 2] = UInt8(truncatingIfNeeded: table[group & 0xFFF] >> 8)
                    }
                }
            }
        }
    }

    /// Characters that `count` bytes take.
    package static func encodedLength(_ count: Int) -> Int { (count + 2) / 3 * 4 }

    /// Marks a character outside the alphabet; above the 24 bits that four characters fill.
    private static let invalid: UInt32 = 1 << 24
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// For each of the four places of a group and each byte: its six bits, shifted to where they belong.
    private static let decodingTable: [UInt32] = {
        var table = [UInt32](repeating: invalid, count: 1024)
        for (value, character) in alphabet.enumerated() {
            for place in 0..<4 {
                table[place * 256 + Int(character)] = UInt32(value) << UInt32(18 - 6 * place)
            }
        }
        return table
    }()

    /// For each 12 bits: their two characters, the first in the high byte.
    private static let encodingTable: [UInt16] = (0..<4096).map {
        UInt16(alphabet[$0 >> 6]) << 8 | UInt16(alphabet[$0 & 63])
    }
}
