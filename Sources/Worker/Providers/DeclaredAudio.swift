import Waveforms

/// What the `Content-Type` of a speech answer says about audio without a header.
struct DeclaredAudio: Equatable {
    /// Samples per second and channel.
    var rate = 24_000
    var layout = SampleDecoder.Layout()
    /// What the body is said to be, if that cannot be samples: as far as it is a media type.
    private(set) var other: String?

    init(_ contentType: String?) {
        let parts = (contentType ?? "").lowercased().split(separator: ";").map { $0.filter { !$0.isWhitespace } }
        let type = parts.first ?? ""
        var parameters: [String: String] = [:]
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            if pair.count == 2 { parameters[String(pair[0])] = pair[1].filter { $0 != "\"" } }
        }
        // MP3 tells itself by its bytes, and proxies call every speech by its name.
        let compressed = [
            "audio/aac", "audio/flac", "audio/ogg", "audio/opus", "audio/webm", "audio/mp4",
        ]
        if type.hasPrefix("text/") || type == "application/json" || compressed.contains(type) {
            other = Self.harmless(type)
        }
        switch type {
        case "audio/basic", "audio/pcmu", "audio/x-mulaw", "audio/mulaw": (layout.coding, rate) = (.muLaw, 8_000)
        case "audio/pcma", "audio/x-alaw", "audio/alaw": (layout.coding, rate) = (.aLaw, 8_000)
        // The highest byte comes first (RFC 2586, RFC 3190), except where the samples are called PCM beside it, as Google does.
        case "audio/l8": layout.coding = .pcm8
        case "audio/l16": layout.isBigEndian = parameters["codec"] != "pcm"
        case "audio/l24": layout = .init(coding: .pcm24, isBigEndian: true)
        default: break
        }
        for name in ["encoding", "format", "codec", "codecs"] {
            if let encoding = parameters[name] { take(encoding: encoding) }
        }
        switch parameters["bits"] ?? parameters["bit_depth"] ?? parameters["bits_per_sample"] {
        case "8": layout.coding = .pcm8
        case "24": layout.coding = .pcm24
        case "32" where layout.coding != .float32: layout.coding = .pcm32
        default: break
        }
        switch parameters["endianness"] ?? parameters["endian"] {
        case "big", "big-endian": layout.isBigEndian = true
        case "little", "little-endian": layout.isBigEndian = false
        default: break
        }
        let wanted = (parameters["rate"] ?? parameters["samplerate"] ?? parameters["sample_rate"]).flatMap { Int($0) }
        if let wanted, (8_000...96_000).contains(wanted) { rate = wanted }
        let channels = (parameters["channels"] ?? parameters["channel_count"]).flatMap { Int($0) }
        if let channels, (1...8).contains(channels) { layout.channels = channels }
    }

    private mutating func take(encoding: String) {
        let plain = encoding.filter { $0 != "-" && $0 != "_" }
        let name = plain.hasPrefix("pcm") && !["pcmu", "pcma"].contains(plain) ? String(plain.dropFirst(3)) : plain
        switch name {
        case "f32", "f32le", "f32be", "float", "float32", "float32le", "ieeefloat": layout.coding = .float32
        case "f64", "f64le", "f64be", "float64", "double": layout.coding = .float64
        case "s16", "s16le", "s16be", "linear16", "int16", "signedinteger": layout.coding = .pcm16
        case "s24", "s24le", "s24be": layout.coding = .pcm24
        case "s32", "s32le", "s32be", "int32": layout.coding = .pcm32
        case "mulaw", "ulaw", "pcmu": layout.coding = .muLaw
        case "alaw", "pcma": layout.coding = .aLaw
        default: return
        }
        if name.hasSuffix("be") { layout.isBigEndian = true }
        if name.hasSuffix("le") { layout.isBigEndian = false }
    }

    /// A media type as far as it is one.
    private static func harmless(_ type: String) -> String {
        let isPlain = type.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/-+.".contains($0)) }
        return isPlain && type.count <= 40 ? type : "something else"
    }
}
