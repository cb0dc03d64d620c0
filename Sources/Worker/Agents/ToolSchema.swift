import Budgets
package import Core

/// Compares a tool call's arguments with the JSON Schema of the tool's parameters.
///
/// The subset of JSON Schema that tool declarations use and models break: `type` (one or several), `enum`, `const`, `required`,
/// `properties`, `additionalProperties`, `items` and `anyOf`. Every other keyword allows everything. Schema and arguments are not
/// ours, so the comparison has a bound: beyond it the arguments are refused.
package struct ToolSchema: Sendable {
    private let schema: JSONValue
    private let limit: Int

    /// The schema of a tool's parameters, compared in at most `steps` steps.
    package init(_ schema: JSONValue, steps: Int = SessionBudgets().schemaSteps) {
        self.schema = schema
        limit = steps
    }

    /// The first thing in `arguments` that the schema does not allow, as a sentence for the model; nil: all is as it should be.
    package func violation(in arguments: JSONValue) -> String? {
        var comparison = SchemaComparison(steps: limit)
        do throws(SchemaComparison.Exhausted) {
            return try comparison.violation(arguments, schema)
        } catch {
            return
                "the arguments: too many values to compare with what the tool takes. Call the tool with fewer of them."
        }
    }
}
