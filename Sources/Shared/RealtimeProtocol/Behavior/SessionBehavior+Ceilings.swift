// The rows of the table that are ceilings: operator, tenant, client secret and client each may lower what the step before set, and
// none may raise it.
extension SessionBehavior {
    /// Takes back what is above `ceiling`, which may have been lowered since this was stored.
    package mutating func lower(to ceiling: SessionBehavior) {
        for field in BehaviorField.all {
            guard let value = field.ceiling else { continue }
            self[keyPath: value] = min(self[keyPath: value], ceiling[keyPath: value])
        }
    }

    /// Refuses what is above `ceiling`; `path` is that of the object whose members are the groups.
    /// - Throws: `integer_above_max_value` with the field and its ceiling.
    package func check(atMost ceiling: SessionBehavior, path: String? = nil) throws(ProtocolError) {
        for field in BehaviorField.all {
            guard let value = field.ceiling, self[keyPath: value] > ceiling[keyPath: value] else { continue }
            let name = (path.map { $0 + "." } ?? "") + field.path
            throw ProtocolError(
                .integerAboveMaxValue,
                "Invalid '\(name)': integer above maximum value. Expected a value <= \(ceiling[keyPath: value]), "
                    + "which is what was set before, but got \(self[keyPath: value]) instead.", parameter: name)
        }
    }
}
