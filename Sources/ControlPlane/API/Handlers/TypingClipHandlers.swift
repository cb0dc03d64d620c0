import Core
import HTTPServer
import Tenancy
import Waveforms

/// `GET`, `PUT` and `DELETE /v1/antiphon/typing_clip`: the typing sound that a tenant's sessions may have as theirs.
struct TypingClipHandlers: Sendable {
    let access: Access
    let store: any TenantClips

    var get: HTTPHandler.Throwing {
        access.handler(.required) { _, _, principal in
            try requireOwner(principal)
            guard let file = try await stored({ () throws(TenancyError) in try await store.clip(of: principal.tenant) })
            else { throw APIError(TenancyError(.notFound, message: "There is no typing clip.")) }
            return HTTPResponse(.ok, fields: ["content-type": "audio/wav"], body: file)
        }
    }

    var put: HTTPHandler.Throwing {
        access.handler(.required) { request, _, principal in
            try requireOwner(principal)
            let clip = try read(request)
            let file = WAVFile.encode(samples: clip.samples.span, rate: clip.rate)
            try await stored { () throws(TenancyError) in try await store.setClip(file, of: principal.tenant) }
            return .json(.ok) { json in
                json.object { json in
                    json.member("object", literal: "antiphon.typing_clip")
                    json.member("duration_ms", clip.length.wholeMilliseconds)
                    json.member("sample_rate", clip.rate)
                    json.member("bytes", file.count)
                }
            }
        }
    }

    var delete: HTTPHandler.Throwing {
        access.handler(.required) { _, _, principal in
            try requireOwner(principal)
            try await stored { () throws(TenancyError) in try await store.setClip(nil, of: principal.tenant) }
            return .json(.ok) { json in
                json.object { json in
                    json.member("object", literal: "antiphon.typing_clip")
                    json.member("deleted", true)
                }
            }
        }
    }

    private func read(_ request: HTTPRequest) throws(APIError) -> WAVFile {
        guard let type = request.mediaType, ["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"].contains(type)
        else { throw .notAudio }
        do throws(WAVError) {
            return try TypingClip.read(request.body.span)
        } catch {
            throw .invalidAudio(error.message)
        }
    }

    private func stored<Value: Sendable>(
        _ body: () async throws(TenancyError) -> Value
    ) async throws(APIError) -> Value {
        do throws(TenancyError) { return try await body() } catch { throw APIError(error) }
    }

    /// An ephemeral key is in the hands of the tenant's clients.
    private func requireOwner(_ principal: Principal) throws(APIError) {
        guard case .apiKey = principal.credential else { throw APIError(TenancyError(.insufficientScope)) }
    }
}
