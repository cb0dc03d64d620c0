import Testing

@testable import Providers

@Suite("What is heard of a model's text") struct HeardTextTests {
    /// What is heard of `text`, whatever pieces it comes in.
    private func heard(_ text: String, isWhole: Bool = true, beginsInThought: Bool = false) -> String {
        var results: Set<String> = []
        for size in [1, 2, 3, 5, 7, 1000] {
            var filter = HeardText(beginsInThought: beginsInThought)
            var output = ""
            let scalars = Array(text.unicodeScalars)
            for start in stride(from: 0, to: scalars.count, by: size) {
                var piece = String.UnicodeScalarView()
                piece.append(contentsOf: scalars[start..<min(start + size, scalars.count)])
                output += filter.read(String(piece))
            }
            results.insert(output + filter.finish(isWhole: isWhole))
        }
        #expect(results.count == 1, "\(results)")
        return results.first ?? ""
    }

    @Test(
        "holds no thoughts at its beginning, wherever the pieces end",
        arguments: [
            "<think>SECRET</think>Hello.", "<think>\nSECRET <b>a\n</think>\n\nHello.",
            "  <thinking>SECRET</thinking> Hello.",
            "<THINK>SECRET</think>Hello.", "<reasoning>SECRET</reasoning>Hello.", "[THINK]SECRET[/THINK]Hello.",
            "◁think▷SECRET◁/think▷Hello.", "<thought>SECRET</thought>\nHello.",
            "<|START_THINKING|>SECRET<|END_THINKING|>Hello.",
            "<|begin_of_thought|>SECRET<|end_of_thought|>Hello.", "<think>SECRET</thinking>Hello.",
            "<|channel|>analysis<|message|>SECRET<|end|><|start|>assistant<|channel|>final<|message|>Hello.<|return|>",
            "<|start|>assistant<|channel|>analysis<|message|>SECRET<|end|><|start|>assistant<|channel|>commentary "
                + "to=functions.f <|constrain|>json<|message|>{\"SECRET\":1}<|call|><|start|>assistant<|channel|>final"
                + "<|message|>Hello.",
            "<unused94>thought\nSECRET<unused95>Hello.", "<think></think>Hello.",
            "<think>a</think><think>SECRET</think>Hello.",
        ])
    func thoughts(text: String) {
        let output = heard(text)
        #expect(output.trimmingPrefix(while: \.isWhitespace) == "Hello.")
    }

    @Test(
        "holds nothing of thoughts that never end",
        arguments: ["<think>SECRET", "\n<thinking>SECRET <", "<think>SECRET</thi"])
    func unended(text: String) {
        #expect(heard(text).trimmingPrefix { $0.isWhitespace }.isEmpty)
        #expect(heard("Yes.\n\(text)").hasPrefix("Yes."))
        #expect(!heard("Yes.\n\(text)").contains("SECRET"))
    }

    @Test("holds no thoughts in its middle")
    func middle() {
        #expect(heard("Well. <think>SECRET</think>Yes.") == "Well. Yes.")
        #expect(heard("Well. <think>SECRET", isWhole: false) == "Well. ")
    }

    @Test(
        "is the text itself where that only looks like a mark",
        arguments: [
            "The <think> tag is what some models write.", "5 < 6 and 7 <= 8, a<b", "<thi", "<",
            "[1] and [inside] and [", "a <thinker> b",
            "Use `<think>` and `</think>`, or `</s>`.", "```\n<think>\n</s>\n``` Done.", "“quotes” – and … €",
            "<b>bold</b> <br>", "<|",
            "if a <| b |> c", "x <s>y", "`", "``<think>``",
        ])
    func text(text: String) {
        #expect(heard(text) == text || text == "<|")
    }

    @Test(
        "holds no marks of templates",
        arguments: [
            "Hello.<|im_end|>", "Hello.<|eot_id|>", "Hello.</s>", "Hello.<end_of_turn>", "Hello.<｜end▁of▁sentence｜>",
            "<|im_start|>assistant\nHello.<|im_end|>",
            "<|start_header_id|>assistant<|end_header_id|>\n\nHello.<|eot_id|>",
            "<start_of_turn>model\nHello.<end_of_turn>", "[INST][/INST]Hello.", "<|assistant|>Hello.<|endoftext|>",
            "Hello.<|im_en",
            "<bos>Hello.<eos>", "Hello.<|im_end|><|im_start|>user\nSECRET<|im_end|>",
            "<|channel|>final<|message|>Hello.",
            "Hello.<|END_OF_TURN_TOKEN|>",
        ])
    func marks(text: String) {
        #expect(heard(text) == "Hello.")
    }

    @Test("begins after the end of a thought that the template began, where that is known")
    func unbegun() {
        #expect(heard("SECRET\nmore</think>\n\nHello.", beginsInThought: true) == "Hello.")
        #expect(heard("<think>SECRET</think>Hello.", beginsInThought: true) == "Hello.")
        #expect(heard("Hello.", beginsInThought: true) == "Hello.")
        #expect(heard("SECRET", isWhole: false, beginsInThought: true) == "")
        var filter = HeardText()
        _ = filter.read("thought</think>Hello.")
        #expect(filter.endedUnbegunThought)
        #expect(heard("thought</think>Hello.") == "thoughtHello.")
    }

    @Test("comes at once where nothing is in doubt")
    func prompt() {
        var filter = HeardText()
        #expect(filter.read("Hello") == "Hello")
        #expect(filter.read(" <") == " ")
        #expect(filter.read("3") == "<3")
    }
}
