import Core
import Pipeline

extension OpenAICompatibleLLM {
    /// The JSON body for `request`.
    ///
    /// Members that servers differ about are only written when they say something.
    func body(of request: LanguageModelRequest) -> [UInt8] {
        var bytes: [UInt8] = []
        JSONWriter.append(to: &bytes) { writer in
            writer.object { writer in
                writer.member("model", request.model ?? model)
                writer.key("messages")
                writer.array(request.messages) { write($1, &$0) }
                writer.member("stream", true)
                writer.key("stream_options")
                writer.object { $0.member("include_usage", true) }
                if let limit = request.maxOutputTokens {
                    switch dialect.maximumTokensKey {
                    case .maxTokens: writer.member("max_tokens", limit)
                    case .maxCompletionTokens: writer.member("max_completion_tokens", limit)
                    }
                }
                if let temperature = request.temperature { writer.member("temperature", temperature) }
                if let effort = dialect.reasoningEffort { writer.member("reasoning_effort", effort) }
                if !dialect.providerOrder.isEmpty {
                    writer.key("provider")
                    writer.object { writer in
                        writer.key("order")
                        writer.array(dialect.providerOrder) { $0.string($1) }
                    }
                }
                if !request.tools.isEmpty { writeTools(of: request, &writer) }
            }
        }
        return bytes
    }

    private func writeTools(of request: LanguageModelRequest, _ writer: inout JSONWriter) {
        writer.key("tools")
        writer.array(request.tools) { writer, tool in
            writer.object { writer in
                writer.member("type", literal: "function")
                writer.key("function")
                writer.object { writer in
                    writer.member("name", tool.name)
                    if let description = tool.description { writer.member("description", description) }
                    if let parameters = tool.parameters {
                        writer.key("parameters")
                        writer.value(parameters)
                    }
                }
            }
        }
        writer.key("tool_choice")
        switch request.toolChoice {
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
        if let parallel = request.parallelToolCalls { writer.member("parallel_tool_calls", parallel) }
    }

    private func write(_ message: LanguageModelRequest.Message, _ writer: inout JSONWriter) {
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
                writer.member("content", orNull: text)
                if !calls.isEmpty { writeCalls(calls, &writer) }
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

    private func writeCalls(_ calls: [LanguageModelRequest.ToolCall], _ writer: inout JSONWriter) {
        writer.key("tool_calls")
        writer.array(calls) { writer, call in
            writer.object { writer in
                writer.member("id", call.id)
                writer.member("type", literal: "function")
                writer.key("function")
                writer.object { writer in
                    writer.member("name", call.name)
                    writer.member("arguments", call.arguments)
                }
            }
        }
    }
}
