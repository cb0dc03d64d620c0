/// Collects the header lines of one answer as libcurl hands them over, one whole line at a time.
///
/// Interim answers (1xx) are dropped; lines after the final head (trailers) are ignored.
struct HTTPResponseHead {
    /// Status of the final answer; 0 before its first line.
    private(set) var status = 0
    private(set) var headers = HTTPResponseHeaders()
    /// Whether the empty line of the final answer has come.
    private(set) var isComplete = false
    private var bytes = 0

    /// Takes one line with or without its line end.
    /// - Throws: `tooLarge` when all lines together exceed `limit`, `malformed` for a status line without a status.
    mutating func append(_ line: some Collection<UInt8>, limit: Int) throws(HTTPClientError) {
        guard !isComplete else { return }
        bytes += line.count
        guard bytes <= limit else { throw HTTPClientError(.tooLarge, "the answer's headers are too large") }
        let text = String(decoding: line, as: UTF8.self).trimmingLineEnd
        if text.isEmpty {
            // An interim answer is followed by another head.
            if status >= 200 { isComplete = true } else { reset() }
        } else if text.hasPrefix("HTTP/") {
            reset()
            let parts = text.split(separator: " ", maxSplits: 2)
            guard parts.count >= 2, let number = Int(parts[1]), (100...999).contains(number) else {
                throw HTTPClientError(.malformed)
            }
            status = number
        } else if let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) {
            headers.append(
                String(text[..<colon]), text[text.utf8.index(after: colon)...].trimmingBlanks)
        }
    }

    private mutating func reset() {
        status = 0
        headers = HTTPResponseHeaders()
    }
}

extension String {
    fileprivate var trimmingLineEnd: String {
        var view = self.utf8[...]
        while let last = view.last, last == 10 || last == 13 { view.removeLast() }
        return String(Substring(view))
    }
}

extension Substring {
    fileprivate var trimmingBlanks: String {
        var view = self.utf8
        while let first = view.first, first == 32 || first == 9 { view.removeFirst() }
        while let last = view.last, last == 32 || last == 9 { view.removeLast() }
        return String(Substring(view))
    }
}
