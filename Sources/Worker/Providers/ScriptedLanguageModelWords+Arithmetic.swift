// Arithmetic in words and signs.
extension ScriptedLanguageModelWords {
    private enum Operation: String {
        case plus, minus, times
        case divided = "divided by"
        case power = "to the power of"
        case percent = "percent of"

        var binds: Int {
            switch self {
            case .plus, .minus: 1
            case .times, .divided, .percent: 2
            case .power: 3
            }
        }
    }

    /// The first calculation among the words, carried out: "2 plus 2 is 4."; nil if there is none.
    var arithmetic: String? {
        for start in list.indices {
            guard let first = operand(at: start) else { continue }
            var (values, operations) = ([first.value], [Operation]())
            var index = first.range.upperBound
            while let (operation, end) = operation(at: index), let next = operand(at: end, afterOperation: true) {
                operations.append(operation)
                values.append(next.value)
                index = next.range.upperBound
            }
            if operations.isEmpty { continue }
            var question = Self.spoken(values[0])
            for (operation, value) in zip(operations, values.dropFirst()) {
                question += " \(operation.rawValue) \(Self.spoken(value))"
            }
            guard let result = Self.evaluate(values, operations) else { return "I cannot divide by zero." }
            return "\(question) is \(Self.spoken(result))."
        }
        return nil
    }

    /// A number, or one of the words that speech recognition takes for a number, where only a number makes sense.
    private func operand(at index: Int, afterOperation: Bool = false) -> Number? {
        if let number = number(at: index) { return number }
        guard index < list.count, let value = Self.homophones[list[index]] else { return nil }
        guard afterOperation || operation(at: index + 1) != nil else { return nil }
        return Number(value: value, range: index..<index + 1)
    }

    private static let homophones: [String: Double] = [
        "to": 2, "too": 2, "for": 4, "fore": 4, "won": 1, "ate": 8, "tree": 3,
    ]

    private func operation(at index: Int) -> (Operation, end: Int)? {
        for (words, operation) in Self.operations where list[min(index, list.count)...].starts(with: words) {
            return (operation, index + words.count)
        }
        return nil
    }

    private static let operations: [([String], Operation)] = [
        (["plus"], .plus), (["+"], .plus), (["added", "to"], .plus), (["minus"], .minus), (["-"], .minus),
        (["−"], .minus),
        (["less"], .minus), (["times"], .times), (["*"], .times), (["×"], .times), (["x"], .times),
        (["multiplied", "by"], .times),
        (["divided", "by"], .divided), (["/"], .divided), (["÷"], .divided), (["over"], .divided),
        (["to", "the", "power", "of"], .power), (["^"], .power), (["percent", "of"], .percent),
        (["%", "of"], .percent),
    ]

    /// The value with the usual precedence, from left to right; nil for a division by zero.
    private static func evaluate(_ values: [Double], _ operations: [Operation]) -> Double? {
        var (values, operations) = (values, operations)
        for level in [3, 2, 1] {
            while let index = operations.firstIndex(where: { $0.binds == level }) {
                let (a, b) = (values[index], values[index + 1])
                switch operations.remove(at: index) {
                case .plus: values[index] = a + b
                case .minus: values[index] = a - b
                case .times: values[index] = a * b
                case .percent: values[index] = a / 100 * b
                case .divided:
                    if b == 0 { return nil }
                    values[index] = a / b
                case .power: values[index] = power(a, b)
                }
                values.remove(at: index + 1)
            }
        }
        return values[0]
    }

    /// Whole exponents up to 64; anything else is beyond the demo and reads as not finite.
    private static func power(_ base: Double, _ exponent: Double) -> Double {
        guard let count = Int(exactly: exponent), (0...64).contains(count) else { return .nan }
        return (0..<count).reduce(1) { product, _ in product * base }
    }
}
