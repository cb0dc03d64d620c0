/// What is spoken of a piece of a model's text: its words, without the marks of Markdown, HTML and TeX, emoji, citations and
/// blocks of code; links by their label or host, line breaks as short pauses.
///
/// The transcript that clients see stays the model's own text; only the speech provider gets this one. Offsets of spoken
/// words lead back to the model's text through `sourceOffset(of:)`.
package struct SpeakableText: Sendable, Equatable {
    /// What to speak; empty when the piece has nothing to say.
    package private(set) var text: String

    /// Where the distance between both texts changes: from UTF-8 offset `spoken` on, the source is at `source` and follows in step.
    struct Step: Sendable, Equatable {
        var spoken: Int
        var source: Int
    }
    private var steps: [Step] = []
    /// UTF-8 bytes of the source.
    private var length = 0

    /// The speakable form of a text that stands alone.
    package init(_ text: String) {
        var marks = OpenMarks()
        self.init(text, after: &marks)
    }

    /// The speakable form of a piece of an answer, which is best cut by `SentenceSplitter`.
    ///
    /// `marks` holds what the pieces before left open, and is kept from one piece of the answer to the next.
    package init(_ piece: String, after marks: inout OpenMarks) {
        var writer = SpeakableWriter(Array(piece.unicodeScalars), marks)
        writer.run()
        marks = writer.marks
        guard writer.output.contains(where: \.isWordScalar) else {
            text = ""
            return
        }
        text = String(writer.output)
        steps = writer.steps
        length = piece.utf8.count
    }

    /// The UTF-8 offset in the piece of what is spoken at UTF-8 offset `spokenOffset` of `text`.
    package func sourceOffset(of spokenOffset: Int) -> Int {
        guard let step = steps.last(where: { $0.spoken <= spokenOffset }) else { return 0 }
        return min(step.source + spokenOffset - step.spoken, length)
    }

    /// What a piece of an answer leaves open for the next: a block of code, a formula, a tag, the address of a link.
    package struct OpenMarks: Sendable, Equatable {
        enum Open: Sendable, Equatable {
            /// A block of code, which a line of as many of these marks ends.
            case fence(Unicode.Scalar, count: Int)
            /// A formula, which is spoken.
            case formula(closer: String)
            /// Something silent: a comment, a tag, a citation.
            case hidden(closer: String)
            /// The target of a link, up to its parenthesis.
            case target
            /// An address, up to white space.
            case address
        }
        var open: Open?
        /// Scalars read since it opened.
        var length = 0
        /// The next piece begins a line.
        var isLineStart = true
        var isTableRow = false
        /// Within a block that calls itself text.
        var isProse = false

        /// At the start of an answer.
        package init() {}

        /// An unclosed mark is forgotten after this number of scalars; a block of code may be longer.
        static let longest = 4_000
    }
}
