/// One command in wire form (Redis serialization protocol, "Sending commands to a Redis server").
///
/// Arguments are length-prefixed, so no content of an argument can end it or start another command.
package struct RedisCommand: Sendable {
    private var body: [UInt8] = []
    private var count = 0

    /// A command of these arguments, its name first.
    package init(_ arguments: String...) { append(arguments) }

    /// Adds one argument.
    package mutating func append(_ argument: String) {
        appendHeader("$", argument.utf8.count)
        body.append(contentsOf: argument.utf8)
        finishArgument()
    }

    /// Adds one argument of raw bytes.
    package mutating func append(_ argument: [UInt8]) {
        appendHeader("$", argument.count)
        body.append(contentsOf: argument)
        finishArgument()
    }

    /// Adds one argument for each text.
    package mutating func append(_ arguments: some Sequence<String>) {
        for argument in arguments { append(argument) }
    }

    /// The bytes to send.
    var wireForm: [UInt8] {
        var wire: [UInt8] = []
        wire.reserveCapacity(body.count + 16)
        wire.append(contentsOf: "*\(count)\r\n".utf8)
        wire.append(contentsOf: body)
        return wire
    }

    private mutating func appendHeader(_ type: Unicode.Scalar, _ length: Int) {
        body.append(UInt8(ascii: type))
        body.append(contentsOf: String(length).utf8)
        body.append(contentsOf: "\r\n".utf8)
    }

    private mutating func finishArgument() {
        body.append(contentsOf: "\r\n".utf8)
        count += 1
    }
}
