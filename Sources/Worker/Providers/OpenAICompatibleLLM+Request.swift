import Core
import Pipeline

extension OpenAICompatibleLLM {
    /// The JSON body for `request`.
    ///
    /// Members that servers differ about are only written when they say something.
    func body(of request: LanguageModelRequest, _ spelling: RequestSpelling) -> [UInt8] {
        var bytes: [UInt8] = []
        JSONWriter.append(to: &bytes) { writer in
            writer.object { writer in
                writer.member("model", request.model ?? model)
                writer.key("messages")
                writer.array(spelling.prepared(request.messages)) { write($1, spelling, &$0) }
                writer.member("stream", true)
                if !spelling.has(.noStreamOptions) {
                    writer.key("stream_options")
                    writer.object { $0.member("include_usage", true) }
                }
                if let limit = request.maxOutputTokens {
                    writer.member(spelling.has(.maxCompletionTokens) ? "max_completion_tokens" : "max_tokens", limit)
                }
                if let temperature = request.temperature, !spelling.has(.noTemperature) {
                    writer.member("temperature", temperature)
                }
                let effort = (request.isSummary ? dialect.summaryEffort : nil) ?? dialect.reasoningEffort
                if let effort { writer.member("reasoning_effort", effort) }
                let extra = dialect.extraBody.merging(request.isSummary ? dialect.summaryExtraBody : [:]) { $1 }
                writer.members(extra)
                if !dialect.providerOrder.isEmpty, extra["provider"] == nil {
                    writer.key("provider")
                    writer.object { writer in
                        writer.key("order")
                        writer.array(dialect.providerOrder) { $0.string($1) }
                    }
                }
                writeTools(of: request, spelling, &writer)
            }
        }
        return bytes
    }

    private func writeTools(of request: LanguageModelRequest, _ spelling: RequestSpelling, _ writer: inout JSONWriter) {
        var tools = request.tools
        var choice = request.toolChoice
        if spelling.has(.choosesByList) {
            switch choice {
            case .function(let name) where tools.contains(where: { $0.name == name }):
                tools.removeAll { $0.name != name }
                choice = .required
            case .function: choice = .auto
            case .none where spelling.has(.keepsTools): break
            case .none: tools = []
            case .auto, .required: break
            }
        }
        guard !tools.isEmpty else { return }
        writer.key("tools")
        writer.array(tools) { writer, tool in
            writer.object { writer in
                writer.member("type", literal: "function")
                writer.key("function")
                writer.object { writer in
                    writer.member("name", tool.name)
                    if let description = tool.description { writer.member("description", description) }
                    writer.key("parameters")
                    writer.value(tool.parameters ?? Self.noParameters)
                }
            }
        }
        writer.key("tool_choice")
        switch choice {
        case .auto: writer.string(literal: "auto")
        case .none: writer.string(literal: "none")
        case .required: writer.string(literal: "required")
        case .function(let name):
            writer.object { writer in
                writer.member("type", literal: "function")
                writer.key("function")
                writer.object { $0.member("name", name) }
            }
        }
        if let parallel = request.parallelToolCalls, !spelling.has(.noParallelToolCalls) {
            writer.member("parallel_tool_calls", parallel)
        }
    }

    /// What a tool takes whose author says nothing of it; several servers want to be told.
    private static let noParameters = JSONValue.object(["type": .string("object"), "properties": .object([:])])

    private func write(_ message: LanguageModelRequest.Message, _ spelling: RequestSpelling, _ writer: inout JSONWriter)
    {
        writer.object { writer in
            switch message {
            case .system(let text):
                writer.member("role", literal: "system")
                writer.member("content", text)
            case .user(let parts):
                writer.member("role", literal: "user")
                writer.key("content")
                writeContent(parts, &writer)
            case .assistant(let text, let calls):
                writer.member("role", literal: "assistant")
                let isEmpty = (text ?? "").isEmpty
                writer.member("content", orNull: isEmpty ? (spelling.has(.emptyContent) ? "" : nil) : text)
                if !calls.isEmpty { writeCalls(calls, spelling, &writer) }
            case .tool(let id, let output):
                writer.member("role", literal: "tool")
                writer.member("tool_call_id", id)
                writer.member("content", output)
            }
        }
    }

    /// Text alone is written as a string, which every server understands.
    private func writeContent(_ parts: [LanguageModelRequest.UserPart], _ writer: inout JSONWriter) {
        let texts = parts.compactMap { if case .text(let text) = $0 { text } else { nil } }
        if texts.count == parts.count { return writer.string(texts.joined(separator: "\n")) }
        writer.array(parts) { writer, part in
            writer.object { writer in
                switch part {
                case .text(let text):
                    writer.member("type", literal: "text")
                    writer.member("text", text)
                case .image(let url, let detail):
                    writer.member("type", literal: "image_url")
                    writer.key("image_url")
                    writer.object { writer in
                        writer.member("url", url)
                        writer.member("detail", detail)
                    }
                }
            }
        }
    }

    private func writeCalls(
        _ calls: [LanguageModelRequest.ToolCall], _ spelling: RequestSpelling, _ writer: inout JSONWriter
    ) {
        let extras = calls.map { call -> [String: JSONValue] in
            guard !spelling.has(.dropsSignatures), let extra = call.extra.flatMap(ToolCallExtra.init),
                extra.provider == endpoint.name
            else { return [:] }
            return extra.members
        }
        // Of several calls made at once only the first is signed.
        let isUnsigned = spelling.has(.signsCalls) && extras.allSatisfy(\.isEmpty)
        writer.key("tool_calls")
        writer.array(calls.indices) { writer, index in
            let call = calls[index]
            writer.object { writer in
                writer.member("id", call.id)
                writer.member("type", literal: "function")
                writer.key("function")
                writer.object { writer in
                    writer.member("name", call.name)
                    writer.member("arguments", Self.object(call.arguments))
                }
                writer.members(isUnsigned && index == 0 ? Self.anySignature : extras[index])
            }
        }
    }

    /// What Gemini takes for the signature of a call that it has not made, or not with this key.
    ///
    /// <https://ai.google.dev/gemini-api/docs/thought-signatures>
    private static let anySignature: [String: JSONValue] = [
        "extra_content": .object([
            "google": .object(["thought_signature": .string("skip_thought_signature_validator")])
        ])
    ]

    /// The arguments of a call as servers read them again: what is no object, which a client may have written, becomes an empty one.
    ///
    /// Long ones are judged by their first and last bytes, since a request must not take long to write.
    private static func object(_ arguments: String) -> String {
        let text = arguments.utf8
        guard text.count > longestJudged else {
            return (try? JSONValue.parse(arguments))?.object == nil ? "{}" : arguments
        }
        let isObject =
            text.first { $0 > 0x20 } == UInt8(ascii: "{") && text.last { $0 > 0x20 } == UInt8(ascii: "}")
        return isObject ? arguments : "{}"
    }

    /// Bytes of arguments that are parsed.
    private static let longestJudged = 4096
}

extension JSONWriter {
    /// Members of the object that is being written, by name.
    mutating func members(_ members: [String: JSONValue]) {
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            key(name)
            self.value(value)
        }
    }
}
