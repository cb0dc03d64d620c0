/// One event of a stream.
package struct ServerSentEvent: Sendable, Equatable {
    /// The `event` field; "message" without one.
    package var name: String
    /// The `data` lines joined by line feeds; never empty.
    package var data: [UInt8]

    /// The data as text, faults in its UTF-8 replaced.
    package var text: String { String(decoding: data, as: UTF8.self) }

    /// An event with this content.
    package init(name: String = "message", data: [UInt8]) {
        self.name = name
        self.data = data
    }
}
