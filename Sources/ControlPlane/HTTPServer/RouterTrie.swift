/// Routes by path segment: a literal child wins over the one parameter child.
struct RouterTrie<Value: Sendable>: Sendable {
    private var root = Node()

    private struct Node: Sendable {
        var literals: [String: Node] = [:]
        /// At most one: an array because a struct cannot hold itself.
        var parameter: [Node] = []
        var parameterName = ""
        var template: String?
        var values: [HTTPMethod: Value] = [:]

        mutating func insert(_ method: HTTPMethod, _ rest: ArraySlice<Substring>, template: String, _ value: Value) {
            guard let segment = rest.first else {
                precondition(values[method] == nil, "two routes for \(method) \(template)")
                self.template = template
                values[method] = value
                return
            }
            guard segment.first == "{", segment.last == "}" else {
                literals[String(segment), default: Node()].insert(method, rest.dropFirst(), template: template, value)
                return
            }
            let name = String(segment.dropFirst().dropLast())
            precondition(parameter.isEmpty || parameterName == name, "two names for one segment of \(template)")
            if parameter.isEmpty { parameter = [Node()] }
            parameterName = name
            parameter[0].insert(method, rest.dropFirst(), template: template, value)
        }
    }

    /// What a path leads to.
    struct Match {
        let template: String
        let parameters: [String: String]
        let values: [HTTPMethod: Value]
    }

    /// Adds a route.
    ///
    /// Two routes that collide are a fault of ours, found at start.
    mutating func insert(_ method: HTTPMethod, _ template: String, _ value: Value) {
        root.insert(method, template.split(separator: "/")[...], template: template, value)
    }

    /// The routes at these decoded segments, or nil.
    ///
    /// The choice of a literal is not taken back further down.
    func match(_ segments: [String]) -> Match? {
        var node = root
        var parameters: [String: String] = [:]
        for segment in segments {
            if let next = node.literals[segment] {
                node = next
            } else if let next = node.parameter.first, !segment.isEmpty {
                parameters[node.parameterName] = segment
                node = next
            } else {
                return nil
            }
        }
        guard let template = node.template else { return nil }
        return Match(template: template, parameters: parameters, values: node.values)
    }
}
