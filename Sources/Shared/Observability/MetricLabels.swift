/// The labels of one series, rendered once.
///
/// Values come from closed sets: route template, provider, code; never from a client.
package struct MetricLabels: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// `name="value",…` in the order given, without braces; empty for no label.
    let rendered: String
    /// The labels' names in the order given.
    let names: [String]

    /// Labels in the order given.
    package init(dictionaryLiteral elements: (String, String)...) {
        names = elements.map(\.0)
        rendered = elements.map { name, value in
            var escaped = ""
            for scalar in value.unicodeScalars {
                switch scalar {
                case "\\": escaped += "\\\\"
                case "\"": escaped += "\\\""
                case "\n": escaped += "\\n"
                default: escaped.unicodeScalars.append(scalar)
                }
            }
            return "\(name)=\"\(escaped)\""
        }.joined(separator: ",")
    }
}
