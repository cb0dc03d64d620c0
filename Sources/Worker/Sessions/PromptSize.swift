import Core
package import Pipeline

/// How large a prompt, or a part of one, is before a provider has counted it.
package struct PromptSize: Sendable, Equatable {
    /// UTF-8 bytes of all texts.
    package var bytes = 0
    /// Messages, and tool definitions, each of which costs a few tokens beyond its text.
    package var messages = 0
    /// Tokens that the images are taken for; providers count them by their area, not by their data.
    package var imageTokens = 0
    /// Bytes of the images, which no provider counts but every one has to be sent.
    package var imageBytes = 0

    /// Tokens of a picture of a megapixel, by the detail asked for.
    private static let lowDetailTokens = 85
    private static let fullDetailTokens = 765

    /// Nothing.
    package init() {}

    /// The size of a whole request: messages and tool definitions.
    package init(of request: LanguageModelRequest) {
        for message in request.messages { self += PromptSize(of: message) }
        self += PromptSize(of: request.tools)
    }

    /// The size of one message.
    package init(of message: LanguageModelRequest.Message) {
        messages = 1
        switch message {
        case .system(let text): bytes = text.utf8.count
        case .user(let parts):
            for part in parts {
                switch part {
                case .text(let text): bytes += text.utf8.count
                case .image(let url, let detail): addImage(url, detail: detail)
                }
            }
        case .assistant(let text, let calls):
            bytes = calls.reduce(text?.utf8.count ?? 0) {
                $0 + $1.name.utf8.count + $1.arguments.utf8.count + ($1.extra?.utf8.count ?? 0)
            }
        case .tool(_, let output): bytes = output.utf8.count
        }
    }

    /// The size of tool definitions.
    package init(of tools: [LanguageModelRequest.Tool]) {
        messages = tools.count
        bytes = tools.reduce(0) { sum, tool in
            let schema = tool.parameters?.serialized.utf8.count ?? 0
            return sum + tool.name.utf8.count + (tool.description?.utf8.count ?? 0) + schema
        }
    }

    /// Adds an image.
    mutating func addImage(_ url: String, detail: String) {
        imageTokens += detail == "low" ? Self.lowDetailTokens : Self.fullDetailTokens
        imageBytes += url.utf8.count
    }

    /// Adds the size of another part.
    package static func += (size: inout PromptSize, other: PromptSize) {
        size.bytes += other.bytes
        size.messages += other.messages
        size.imageTokens += other.imageTokens
        size.imageBytes += other.imageBytes
    }
}
