// DESIGN: JSON is read in one pass into a flat list of nodes that point into the text (the "tape" of Langdale and
// Lemire, "Parsing Gigabytes of JSON per Second", 2019). Nothing is copied: strings stay where they are until somebody
// asks for them, so a frame with 20 MiB of base64 costs a handful of nodes. The whole text is checked (grammar of RFC
// 8259, UTF-8, escapes, limits) before anything is read from it; what comes after, in `JSONDocument`, cannot fail. The
// list is kept between texts, so a busy connection stops allocating; a list that an unusual text made long is given
// back. Recursion is bounded by `JSONLimits.depth`.

/// Reusable storage for one read JSON text.
///
/// Not tied to a thread; one user at a time.
package struct JSONTape: Sendable {
    private(set) var nodes: [Node] = []

    /// Nodes whose storage is kept between texts: 64 KiB.
    private static let keptNodes = 4096

    /// An empty tape.
    package init() {}

    /// One value or key: where it is in the text, and which node comes after it and all it holds.
    package struct Node: Sendable {
        var kind: Kind
        /// The string holds a backslash and must be unescaped to be read.
        var isEscaped = false
        /// First byte; for strings the byte after the opening quote.
        var start: UInt32
        /// One past the last byte; for strings the closing quote.
        var end: UInt32
        /// Index of the next sibling's node.
        var next: UInt32
    }

    /// The kinds of JSON value; `integer` is a number without fraction and exponent.
    package enum Kind: UInt8, Sendable { case null, `true`, `false`, integer, number, string, array, object }

    /// Gives back the storage that an unusual text needed; its nodes are gone then.
    package mutating func giveBack() { if nodes.capacity > Self.keptNodes { nodes = [] } }

    /// Reads `bytes`; the nodes of an earlier text are gone afterwards, also when this throws.
    package mutating func parse(_ bytes: Span<UInt8>, limits: JSONLimits = .standard) throws(JSONError) {
        guard bytes.count <= limits.bytes else {
            nodes.removeAll(keepingCapacity: true)
            throw JSONError(.tooLong, at: limits.bytes)
        }
        // Moved in and out, not copied, so that the storage is reused.
        var storage: [Node] = []
        swap(&storage, &nodes)
        storage.removeAll(keepingCapacity: storage.capacity <= Self.keptNodes)
        var parser = JSONParser(bytes: bytes, limits: limits, nodes: storage)
        storage = []
        try parser.parseText()
        nodes = parser.takeNodes()
    }
}
