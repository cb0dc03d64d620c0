import Core

// The refusals that reading a client's text can give, with the vendor's wording (protocol section 2).
extension ProtocolError {
    static func invalidJSON(_ error: JSONError) -> ProtocolError {
        ProtocolError(.invalidJSON, "Invalid JSON: \(error).")
    }

    static func missing(_ path: String) -> ProtocolError {
        ProtocolError(.missingRequiredParameter, "Missing required parameter: '\(path)'.", parameter: path)
    }

    static func unknown(_ path: String) -> ProtocolError {
        ProtocolError(.unknownParameter, "Unknown parameter: '\(path)'.", parameter: path)
    }

    /// `value` is not one of the strings in `supported`.
    static func unsupported(_ value: String, _ path: String, supported: [String]) -> ProtocolError {
        let hint =
            supported.count == 1
            ? "Value must be '\(supported[0])'." : "Supported values are: \(list(supported.map { "'\($0)'" }))."
        return ProtocolError(.invalidValue, "Invalid value: '\(shortened(value))'. \(hint)", parameter: path)
    }

    static func wrongType(_ path: String, expected: String, got: JSONTape.Kind) -> ProtocolError {
        ProtocolError(
            .invalidType, "Invalid type for '\(path)': expected \(expected), but got \(got.phrase) instead.",
            parameter: path)
    }

    static func tooLong(_ path: String, maximum: Int, length: Int) -> ProtocolError {
        ProtocolError(
            .stringAboveMaxLength,
            "Invalid '\(path)': string too long. Expected a string with maximum length \(maximum), "
                + "but got a string with length \(length) instead.", parameter: path)
    }

    static func tooManyElements(_ path: String, maximum: Int, count: Int) -> ProtocolError {
        ProtocolError(
            .arrayAboveMaxLength,
            "Invalid '\(path)': array too long. Expected an array with maximum length \(maximum), "
                + "but got an array with length \(count) instead.", parameter: path)
    }

    /// A text of nothing but blanks, or a list of nothing.
    static func empty(_ path: String, _ noun: StaticString) -> ProtocolError {
        ProtocolError(
            .invalidValue,
            "Invalid '\(path)': empty \(noun). Expected one with minimum length 1, but got an empty \(noun) instead.",
            parameter: path)
    }

    static func tooManyMembers(_ path: String, maximum: Int, count: Int) -> ProtocolError {
        ProtocolError(
            .objectAboveMaxProperties,
            "Invalid '\(path)': too many properties. Expected an object with at most \(maximum) properties, "
                + "but got an object with \(count) properties instead.", parameter: path)
    }

    static func outOfRange(_ path: String, _ value: Int, _ range: ClosedRange<Int>) -> ProtocolError {
        value < range.lowerBound
            ? ProtocolError(
                .integerBelowMinValue,
                "Invalid '\(path)': integer below minimum value. Expected a value >= \(range.lowerBound), but got \(value) instead.",
                parameter: path)
            : ProtocolError(
                .integerAboveMaxValue,
                "Invalid '\(path)': integer above maximum value. Expected a value <= \(range.upperBound), but got \(value) instead.",
                parameter: path)
    }

    static func outOfRange(_ path: String, _ value: Double, _ range: ClosedRange<Double>) -> ProtocolError {
        value < range.lowerBound
            ? ProtocolError(
                .decimalBelowMinValue,
                "Invalid '\(path)': decimal below minimum value. Expected a value >= \(plain(range.lowerBound)), "
                    + "but got \(plain(value)) instead.", parameter: path)
            : ProtocolError(
                .decimalAboveMaxValue,
                "Invalid '\(path)': decimal above maximum value. Expected a value <= \(plain(range.upperBound)), "
                    + "but got \(plain(value)) instead.", parameter: path)
    }

    /// The wording that the vendor uses for modalities: Python-like lists.
    static func modalities(_ given: [String], _ path: String, supported: [[String]]) -> ProtocolError {
        func python(_ list: [String]) -> String {
            "[" + list.map { "'\(shortened($0))'" }.joined(separator: ", ") + "]"
        }
        return ProtocolError(
            .invalidValue,
            "Invalid modalities: \(python(given)). Supported combinations are: \(list(supported.map(python))).",
            parameter: path)
    }

    static func audio(_ path: String, _ format: AudioFormat) -> ProtocolError {
        let kind =
            switch format {
            case .pcm16: "mono PCM16 at 24kHz"
            case .g711MuLaw: "mono G.711 u-law at 8kHz"
            case .g711ALaw: "mono G.711 A-law at 8kHz"
            }
        return ProtocolError(
            .invalidValue, "Invalid '\(path)'. Expected base64-encoded audio bytes (\(kind)) but got an invalid value.",
            parameter: path)
    }

    /// "a and b", "a, b, and c".
    private static func list(_ items: [String]) -> String {
        switch items.count {
        case 0...1: items.first ?? ""
        case 2: "\(items[0]) and \(items[1])"
        default: items.dropLast().joined(separator: ", ") + ", and " + items[items.count - 1]
        }
    }

    /// A whole number without ".0".
    private static func plain(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? value.description
    }

    /// What a client sent, cut so that an answer never grows with the question.
    static func shortened(_ text: String) -> String {
        let limit = 64
        return text.unicodeScalars.count <= limit
            ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit))) + "…"
    }
}

extension JSONTape.Kind {
    /// The kind with its article, as the vendor's messages name it.
    var phrase: String {
        switch self {
        case .null: "null"
        case .true, .false: "a boolean"
        case .integer: "an integer"
        case .number: "a decimal number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
