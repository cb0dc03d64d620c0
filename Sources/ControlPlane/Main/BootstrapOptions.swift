import Core

/// The two options of `bootstrap`, which are no settings: they mean this one run.
struct BootstrapOptions: Equatable {
    /// Print ids and key as JSON.
    var isJSON = false
    /// Where the key goes instead of standard output.
    var output: String?

    /// Takes its options out of `arguments`.
    init(taking arguments: inout [String]) throws(ConfigurationError) {
        var rest: [String] = []
        var remaining = arguments[...]
        while let argument = remaining.popFirst() {
            if argument == "--json" {
                isJSON = true
            } else if argument == "--output" {
                guard let path = remaining.popFirst() else { throw ConfigurationError("--output needs a file name.") }
                output = path
            } else if argument.hasPrefix("--output=") {
                output = String(argument.dropFirst("--output=".count))
            } else {
                rest.append(argument)
            }
        }
        if output?.isEmpty == true { throw ConfigurationError("--output needs a file name.") }
        arguments = rest
    }

    /// Whether any was given.
    var isUsed: Bool { isJSON || output != nil }
}
