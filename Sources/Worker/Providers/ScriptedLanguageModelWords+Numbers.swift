// Numbers as digits and as words.
extension ScriptedLanguageModelWords {
    /// A number among the words and where it stands.
    struct Number: Equatable {
        var value: Double
        var range: Range<Int>
    }

    /// All numbers, in order.
    var numbers: [Number] {
        var result: [Number] = []
        var index = 0
        while index < list.count {
            if let number = number(at: index) {
                result.append(number)
                index = number.range.upperBound
            } else {
                index += 1
            }
        }
        return result
    }

    /// The number that begins at `index`: "42", "minus 3", "twenty one", "two hundred and five", "three point one four".
    func number(at index: Int) -> Number? {
        guard index < list.count else { return nil }
        if ["minus", "negative", "-", "−"].contains(list[index]) {
            guard let rest = unsignedNumber(at: index + 1) else { return nil }
            return Number(value: -rest.value, range: index..<rest.range.upperBound)
        }
        return unsignedNumber(at: index)
    }

    private func unsignedNumber(at start: Int) -> Number? {
        guard start < list.count else { return nil }
        if let value = Self.digits(list[start]) {
            let next = start + 1 < list.count ? Self.multipliers[list[start + 1]] : nil
            return next.map { Number(value: value * $0, range: start..<start + 2) }
                ?? Number(value: value, range: start..<start + 1)
        }
        var index = start
        var total = 0.0
        var group: Double?
        var previousWasSmall = false
        reading: while index < list.count {
            let word = list[index]
            if let small = Self.small[word] {
                // "twenty one" is one number, "one two" are two.
                if previousWasSmall, let current = group,
                    !(current.truncatingRemainder(dividingBy: 100) >= 20 && small < 10
                        && current.truncatingRemainder(dividingBy: 10) == 0 && small > 0)
                {
                    break reading
                }
                group = (group ?? 0) + small
                previousWasSmall = true
            } else if word == "hundred", let current = group ?? (index == start ? 1 : nil) {
                group = current * 100
                previousWasSmall = false
            } else if let factor = Self.multipliers[word], let current = group ?? (index == start ? 1 : nil) {
                total += current * factor
                group = nil
                previousWasSmall = false
            } else if word == "a", index == start, index + 1 < list.count,
                list[index + 1] == "hundred" || Self.multipliers[list[index + 1]] != nil
            {
                group = 1
            } else if word == "and", index > start, !previousWasSmall, index + 1 < list.count,
                Self.small[list[index + 1]] != nil
            {
                previousWasSmall = false
            } else {
                break
            }
            index += 1
        }
        var value = total + (group ?? 0)
        if index < list.count, list[index] == "point", let fraction = fraction(at: index + 1) {
            value += fraction.value
            index = fraction.end
        }
        return index > start ? Number(value: value, range: start..<index) : nil
    }

    /// Digits after "point".
    private func fraction(at start: Int) -> (value: Double, end: Int)? {
        var (value, scale, index) = (0.0, 0.1, start)
        while index < list.count, let digit = Self.small[list[index]] ?? Self.digits(list[index]),
            (0...9).contains(digit)
        {
            value += digit * scale
            scale /= 10
            index += 1
        }
        return index > start ? (value, index) : nil
    }

    private static func digits(_ word: String) -> Double? {
        guard word.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }), word.utf8.count <= 18 else { return nil }
        return Double(word)
    }

    private static let small: [String: Double] = [
        "zero": 0, "oh": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
        "nine": 9,
        "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
        "seventeen": 17,
        "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60,
        "seventy": 70, "eighty": 80, "ninety": 90,
    ]
    private static let multipliers: [String: Double] = ["thousand": 1e3, "million": 1e6, "billion": 1e9]

    /// A number as it is spoken: whole where it is, at most four decimals.
    static func spoken(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "a number too large for me" }
        let rounded = (value * 10_000).rounded() / 10_000
        if let whole = Int(exactly: rounded) { return String(whole) }
        return String(rounded)
    }
}
