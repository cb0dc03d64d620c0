import Core
import Foundation
import HTTPClient

/// How long a server asks to wait (RFC 9110, 10.2.3): a number of seconds, or a date; some servers say it in the body.
struct RetryAfter: Equatable {
    /// Until the next request.
    let wait: Duration
    /// The same in whole seconds, rounded up.
    var seconds: Int64 { wait.components.seconds + (wait.components.attoseconds > 0 ? 1 : 0) }

    /// What the headers of an answer ask for, a day at most; nil if they do not.
    init?(_ headers: HTTPResponseHeaders) {
        let milliseconds = headers["retry-after-ms"].flatMap(Double.init).map { $0 / 1000 }
        self.init(
            precise: milliseconds, headers["retry-after"], date: headers["date"], now: Date().timeIntervalSince1970)
    }

    /// - Parameters:
    ///   - precise: seconds from a header that some servers add.
    ///   - text: the header.
    ///   - date: when the server answered by its own clock.
    ///   - now: the time here, where the server does not tell its own.
    init?(precise: Double? = nil, _ text: String?, date: String?, now: Double) {
        let seconds =
            precise ?? text.flatMap(Double.init)
            ?? text.flatMap(Self.time).map { max(0, $0 - (date.flatMap(Self.time) ?? now)) }
        guard let seconds, seconds.isFinite, seconds >= 0 else { return nil }
        // Less than a microsecond is what binary fractions add.
        wait = .milliseconds(Int64((min(seconds, 86_400) * 1000 - 0.001).rounded(.up)))
    }

    /// What an error object asks for: Google's `RetryInfo`, or "try again in 1m2.5s", "Please retry in 17.2s" of others.
    init?(_ error: JSONValue) {
        let told = error["details"]?.array?.lazy.compactMap { $0["retryDelay"]?.string.flatMap(Self.duration) }.first
        let message = error["message"]?.string ?? ""
        let announced = ["try again in ", "retry in ", "retry after "].lazy.compactMap { words in
            message.range(of: words, options: .caseInsensitive).flatMap { Self.duration(message[$0.upperBound...]) }
        }.first
        self.init(precise: told ?? announced, nil, date: nil, now: 0)
    }

    /// Seconds of "20s", "1m2.5s", "350ms" or "1.5 seconds" at the start of `text`.
    static func duration(_ text: some StringProtocol) -> Double? {
        var rest = text.prefix(32)[...]
        var sum: Double?
        while let end = rest.firstIndex(where: { !$0.isNumber && $0 != "." }), let number = Double(rest[..<end]) {
            let unit = rest[end...].drop { $0 == " " }.prefix { $0.isLetter }
            let factor: Double? =
                switch unit {
                case "ms", "milliseconds": 0.001
                case "s", "second", "seconds", "sec", "secs": 1
                case "m", "min", "minute", "minutes": 60
                case "h", "hour", "hours": 3600
                default: nil
                }
            guard let factor else { break }
            sum = (sum ?? 0) + number * factor
            rest = rest[unit.endIndex...]
        }
        return sum
    }

    /// Seconds since 1970 of "Sun, 06 Nov 1994 08:49:37 GMT".
    static func time(_ date: String) -> Double? {
        let words = date.split { $0 == " " || $0 == "," || $0 == ":" || $0 == "-" }
        guard words.count == 8, words[7] == "GMT", let day = Int(words[1]), let year = Int(words[3]),
            let hour = Int(words[4]), let minute = Int(words[5]), let second = Int(words[6]),
            let month = months.firstIndex(of: words[2].lowercased()), (1...31).contains(day),
            (1970...9999).contains(year), (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        // Days of the civil calendar, whose years begin in March here.
        let march = (month + 10) % 12
        let shifted = month < 2 ? year - 1 : year
        let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + (153 * march + 2) / 5 + day - 1
        return Double((days - 719_468) * 86_400 + hour * 3600 + minute * 60 + second)
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
}
