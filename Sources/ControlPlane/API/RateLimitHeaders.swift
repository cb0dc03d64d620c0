import Core
import HTTPServer
import Tenancy

/// The `x-ratelimit-*-requests` fields, as the vendor writes them.
enum RateLimitHeaders {
    /// Adds the three fields; nothing for a caller without limit.
    static func add(_ status: RateLimitStatus, to fields: inout HTTPFields) {
        guard status.limit > 0 else { return }
        fields["x-ratelimit-limit-requests"] = String(status.limit)
        fields["x-ratelimit-remaining-requests"] = String(status.remaining)
        fields["x-ratelimit-reset-requests"] = duration(status.resetAfter)
    }

    /// A duration as Go prints one: `0s`, `120ms`, `1.5s`, `6m0s`, `1h2m3s`.
    static func duration(_ value: Duration) -> String {
        let milliseconds = max(0, value.wholeMilliseconds)
        if milliseconds > 0, milliseconds < 1000 { return "\(milliseconds)ms" }
        let (minutes, rest) = (milliseconds / 60_000, milliseconds % 60_000)
        var seconds = String(rest / 1000)
        if rest % 1000 > 0 {
            let fraction = String(1000 + rest % 1000).dropFirst()
            seconds += "." + String(fraction.reversed().drop { $0 == "0" }.reversed())
        }
        if minutes == 0 { return "\(seconds)s" }
        return minutes < 60 ? "\(minutes)m\(seconds)s" : "\(minutes / 60)h\(minutes % 60)m\(seconds)s"
    }
}
