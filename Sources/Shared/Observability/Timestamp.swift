/// Civil time as text.
package enum Timestamp {
    /// RFC 3339 in UTC with milliseconds, from seconds since 1970 that are not negative.
    package static func text(seconds: Int64, milliseconds: Int) -> String {
        let (year, month, day) = date(daysSince1970: seconds / 86_400)
        let second = seconds % 86_400
        let time = "\(padded(second / 3_600)):\(padded(second / 60 % 60)):\(padded(second % 60))"
        return "\(padded(year, 4))-\(padded(month))-\(padded(day))T\(time).\(padded(Int64(milliseconds), 3))Z"
    }

    /// The date in the Gregorian calendar, by counting in eras of 400 years whose years start in March
    /// (https://howardhinnant.github.io/date_algorithms.html#civil_from_days).
    private static func date(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let days = daysSince1970 + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func padded(_ number: Int64, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
