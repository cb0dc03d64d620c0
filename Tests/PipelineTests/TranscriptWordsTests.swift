import Core
import Pipeline
import TestSupport
import Testing

@Suite("Words of a transcript")
struct TranscriptWordsTests {
    @Test(
        "are none in notes of a recogniser and in punctuation",
        arguments: [
            "", " \n ", "[BLANK_AUDIO]", " [ Silence ]", "(music)", "(speaking in foreign language)", "*sighs*",
            "[Música]",
            "【音乐】", "（音楽）", "［音楽］", "〔拍手〕", "(음악)", "[Музыка]", "(Musik)", "„[Untertitel im Auftrag des ZDF]“", "♪",
            "♪♪♪",
            "♪ la la la ♪", "🎵 la la", "♪ one\n♪ two", "...", "…", "。", "?!", "- [Music] -",
            "[Music] (applause) *cough* .",
            "[door [creaks] loudly]", "[BLANK_AU", "<|nospeech|>", "<noise>", "{silence}",
            "[00:00.000 --> 00:02.000] [MUSIC]",
            "[MUSIC PLAYING]\n[BLANK_AUDIO]\n", "¿? ¡!", "—",
        ])
    func none(text: String) {
        #expect(!Transcript(text: text).hasWords)
        #expect(Transcript.cleaned(text).isEmpty)
    }

    @Test(
        "are what stands outside of notes",
        arguments: [
            "Hello.", "[Music] Hello", "Hello (laughs)", "5", "你好。", "نعم", "*sighs* no", "2 * 3 * 4", "♪ la ♪ stop",
            "(yes", "a < b",
            "Привет", "हाँ", "C",
        ])
    func some(text: String) {
        #expect(Transcript(text: text).hasWords)
        #expect(Transcript.cleaned(text) == text)
    }

    @Test("are parted by single blanks")
    func blanks() {
        #expect(Transcript.cleaned(" Hello.\n How\u{a0}are\t\tyou?\r\n") == "Hello. How are you?")
        #expect(Transcript.cleaned("你好。\n再见。") == "你好。 再见。")
        var noise = Transcript(text: "[Music]", logprobs: [.init(token: "[", logprob: 0, bytes: [91])])
        #expect(noise.cleaned == Transcript(text: "", logprobs: []))
        noise.text = "Music"
        #expect(noise.cleaned == noise)
    }
}
