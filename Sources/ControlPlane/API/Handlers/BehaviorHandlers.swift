import Core
import HTTPServer
import RealtimeProtocol
import Tenancy

/// `GET` and `PUT /v1/antiphon/behavior`: how the sessions of a tenant feel where neither key nor client says.
struct BehaviorHandlers: Sendable {
    let access: Access
    let store: any TenantBehaviors
    /// The operator's defaults, which the tenant's change.
    let operators: SessionBehavior
    let summaryModels: SummaryModels

    var get: HTTPHandler.Throwing {
        access.handler(.required) { _, _, principal in
            try requireOwner(principal)
            do throws(TenancyError) {
                return answer(try await store.behavior(of: principal.tenant))
            } catch {
                throw APIError(error)
            }
        }
    }

    var put: HTTPHandler.Throwing {
        access.handler(.required) { request, _, principal in
            try requireOwner(principal)
            try request.requireJSON()
            let text = try read(request.body)
            do throws(TenancyError) {
                try await store.setBehavior(text, of: principal.tenant)
            } catch {
                throw APIError(error)
            }
            return answer(text)
        }
    }

    /// The canonical text of a body: only the fields that it gives values; nil if there are none.
    private func read(_ body: [UInt8]) throws(APIError) -> String? {
        do throws(ProtocolError) {
            let update = try BehaviorUpdate(text: body.span)
            let next = update.applied(to: operators, startedWith: operators)
            try next.check(atMost: operators)
            try summaryModels.check(next)
            var text: [UInt8] = []
            update.encode(into: &text)
            return text == Array("{}".utf8) ? nil : String(decoding: text, as: UTF8.self)
        } catch {
            throw APIError(error)
        }
    }

    /// An ephemeral key is in the hands of the tenant's clients.
    private func requireOwner(_ principal: Principal) throws(APIError) {
        guard case .apiKey = principal.credential else { throw APIError(TenancyError(.insufficientScope)) }
    }

    private func answer(_ text: String?) -> HTTPResponse {
        var effective = SessionConfiguration(model: "")
        effective.setBehavior(operators, tenant: text)
        let set = (try? BehaviorUpdate(text: Array((text ?? "{}").utf8).span, isStored: true)) ?? BehaviorUpdate()
        return .json(.ok) { json in
            json.object { json in
                json.member("object", literal: "antiphon.behavior")
                json.key("behavior")
                set.write(into: &json)
                json.key("effective")
                BehaviorField.write(effective.behavior, into: &json)
            }
        }
    }
}
