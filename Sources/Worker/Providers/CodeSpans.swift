/// Whether a place of a text is code between backticks: a fence of three, or a span within one line.
struct CodeSpans {
    private var isFence = false
    private var isSpan = false
    private var run = 0

    /// Whether what comes next is code.
    var isOpen: Bool { run >= 3 ? !isFence : run > 0 ? isFence || !isSpan : isFence || isSpan }

    /// The next byte of the text.
    mutating func read(_ byte: UInt8) {
        if byte == 0x60 {
            run += 1
            return
        }
        endRun()
        if byte == 0x0A { isSpan = false }
    }

    private mutating func endRun() {
        if run >= 3 {
            isFence.toggle()
            isSpan = false
        } else if run > 0, !isFence {
            isSpan.toggle()
        }
        run = 0
    }
}
