import Core

extension ObjectReader {
    /// The text of `value`, which is at `path`, at most `maximum` characters (Unicode scalars) long.
    func text(_ value: JSONReference, _ path: String, maximum: Int) throws(ProtocolError) -> String {
        guard let text = document.string(value) else {
            throw .wrongType(path, expected: "a string", got: document.kind(value))
        }
        if text.utf8.count > maximum {
            let length = text.unicodeScalars.count
            if length > maximum { throw .tooLong(path, maximum: maximum, length: length) }
        }
        return text
    }

    /// The string under `key`; nil if absent or null.
    func string(_ key: StaticString, maximum: Int = ProtocolLimits.shortTextLength) throws(ProtocolError) -> String? {
        guard let value = given(key) else { return nil }
        return try text(value, path(key), maximum: maximum)
    }

    /// The string under `key`, which must be there.
    func requiredString(_ key: StaticString, maximum: Int = ProtocolLimits.shortTextLength) throws(ProtocolError)
        -> String
    {
        try text(required(key), path(key), maximum: maximum)
    }

    /// The string under `key` as one of `supported`; nil if absent or null.
    func choice<Value: RawRepresentable>(_ key: StaticString, _ supported: [Value]) throws(ProtocolError) -> Value?
    where Value.RawValue == String {
        guard let value = given(key) else { return nil }
        return try choice(value, path(key), supported)
    }

    /// `value` as one of `supported`.
    func choice<Value: RawRepresentable>(_ value: JSONReference, _ path: String, _ supported: [Value])
        throws(ProtocolError) -> Value
    where Value.RawValue == String {
        let text = try text(value, path, maximum: ProtocolLimits.longTextLength)
        guard let match = supported.first(where: { $0.rawValue == text }) else {
            throw .unsupported(text, path, supported: supported.map(\.rawValue))
        }
        return match
    }

    /// Throws unless the string under `key` is absent, null or one of `supported`.
    @discardableResult
    func constant(_ key: StaticString, _ supported: [String]) throws(ProtocolError) -> String? {
        guard let value = given(key) else { return nil }
        let text = try text(value, path(key), maximum: ProtocolLimits.longTextLength)
        guard supported.contains(text) else { throw .unsupported(text, path(key), supported: supported) }
        return text
    }

    /// The truth value under `key`; nil if absent or null.
    func bool(_ key: StaticString) throws(ProtocolError) -> Bool? {
        guard let value = given(key) else { return nil }
        return try bool(value, path(key))
    }

    /// `value` as a truth value.
    func bool(_ value: JSONReference, _ path: String) throws(ProtocolError) -> Bool {
        guard let flag = document.bool(value) else {
            throw .wrongType(path, expected: "a boolean", got: document.kind(value))
        }
        return flag
    }

    /// The whole number under `key` (`300.0` counts), inside `range`; nil if absent or null.
    func integer(_ key: StaticString, _ range: ClosedRange<Int>) throws(ProtocolError) -> Int? {
        guard let value = given(key) else { return nil }
        return try integer(value, path(key), range)
    }

    /// `value` as a whole number inside `range`.
    func integer(_ value: JSONReference, _ path: String, _ range: ClosedRange<Int>) throws(ProtocolError) -> Int {
        let number = document.number(value)
        guard let whole = number?.integer else {
            // Beyond the range of Int, yet a number: say which side.
            if case .number(let decimal)? = number, document.kind(value) == .integer {
                throw .outOfRange(path, decimal < 0 ? .min : .max, range)
            }
            throw .wrongType(path, expected: "an integer", got: document.kind(value))
        }
        guard range.contains(whole) else { throw .outOfRange(path, whole, range) }
        return whole
    }

    /// The number under `key`, inside `range`; nil if absent or null.
    func decimal(_ key: StaticString, _ range: ClosedRange<Double>) throws(ProtocolError) -> Double? {
        guard let value = given(key) else { return nil }
        return try decimal(value, path(key), range)
    }

    /// `value` as a number inside `range`.
    func decimal(_ value: JSONReference, _ path: String, _ range: ClosedRange<Double>) throws(ProtocolError) -> Double {
        guard let number = document.number(value)?.number else {
            throw .wrongType(path, expected: "a decimal", got: document.kind(value))
        }
        guard range.contains(number) else { throw .outOfRange(path, number, range) }
        return number
    }

    /// The strings of the array under `key`; nil if absent or null.
    func strings(_ key: StaticString, maximum: Int) throws(ProtocolError) -> [String]? {
        guard let elements = try elements(key, maximum: maximum) else { return nil }
        var result: [String] = []
        for (value, path) in elements { result.append(try text(value, path, maximum: ProtocolLimits.shortTextLength)) }
        return result
    }

    /// The length of time under `key`, in milliseconds; nil if absent or null.
    func milliseconds(_ key: StaticString, _ range: ClosedRange<Int>) throws(ProtocolError) -> Duration? {
        try integer(key, range).map { .milliseconds($0) }
    }
}
