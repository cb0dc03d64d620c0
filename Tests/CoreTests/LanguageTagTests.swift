import Core
import Testing

@Suite("Language tags")
struct LanguageTagTests {
    @Test(
        "have one form",
        arguments: [
            ("en", "en", "en"), ("EN", "en", "en"), ("en-us", "en", "en-US"), ("en_US", "en", "en-US"),
            ("eng", "en", "en"),
            ("zh-hans", "zh", "zh-Hans"), ("ZH_HANT_tw", "zh", "zh-Hant-TW"), ("cmn", "zh", "zh"), ("iw", "he", "he"),
            ("es-419", "es", "es-419"), ("ger", "de", "de"), ("fil-PH", "tl", "tl-PH"), ("yue", "yue", "yue"),
            ("pt-BR", "pt", "pt-BR"),
        ])
    func forms(text: String, primary: String, whole: String) {
        #expect(LanguageTag(text)?.primary == primary)
        #expect(LanguageTag(text)?.description == whole)
    }

    @Test(
        "are refused where they name no language",
        arguments: [
            "", "-", "english", "English", "xx", "e", "en-", "-en", "en--US", "en US", "auto", "qqq", "12",
            "en-toolongpart", "en;q=1", "ën",
            "en-\u{661}", String(repeating: "en-", count: 20) + "en",
        ])
    func refusals(text: String) { #expect(LanguageTag(text) == nil) }
}
