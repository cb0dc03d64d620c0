import Core

/// What the model is told when a tool gave no result.
package enum ToolFailure {
    /// `{"error":{"code":…,"message":…}}` as JSON text.
    package static func output(code: String, _ message: String) -> String {
        JSONValue.object(["error": .object(["code": .string(code), "message": .string(message)])]).serialized
    }
}
