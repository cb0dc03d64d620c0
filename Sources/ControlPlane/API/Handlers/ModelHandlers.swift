import Core
import HTTPServer

/// `GET /v1/models` and `GET /v1/models/{id}`.
struct ModelHandlers: Sendable {
    let access: Access
    let catalog: ModelCatalog

    /// When the first model of this kind was published: clients only sort by it.
    private static let created = 1_756_339_200

    var list: HTTPHandler.Throwing {
        access.handler(.bestEffort) { _, _, _ in
            .json(.ok) { json in
                json.object { json in
                    json.key("object")
                    json.string(literal: "list")
                    json.key("data")
                    json.array(catalog.names) { Self.write($1, into: &$0) }
                }
            }
        }
    }

    var get: HTTPHandler.Throwing {
        access.handler(.bestEffort) { _, context, _ in
            let name = context.parameters["model"] ?? ""
            guard catalog.names.contains(name) else { throw APIError.modelNotFound(name) }
            return .json(.ok) { Self.write(name, into: &$0) }
        }
    }

    private static func write(_ name: String, into json: inout JSONWriter) {
        json.object { json in
            json.key("id")
            json.string(name)
            json.key("object")
            json.string(literal: "model")
            json.key("created")
            json.integer(created)
            json.key("owned_by")
            json.string(literal: "antiphon")
        }
    }
}
