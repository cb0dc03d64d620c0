/// A language as people write it (BCP 47, ISO 639, with "-" or "_", in any case), in the one form that the engine uses.
package struct LanguageTag: Sendable, Hashable, CustomStringConvertible {
    /// The language itself: two letters where ISO 639-1 has a code, as most providers take it.
    package let primary: String
    /// The usual form of the whole: "en-US", "zh-Hans", "es-419".
    package let description: String

    /// nil for what names no language that a recogniser could know.
    package init?(_ text: String) {
        let parts = text.split(whereSeparator: { $0 == "-" || $0 == "_" })
        guard let first = parts.first, text.utf8.count <= 35,
            text.utf8.count == parts.reduce(parts.count - 1, { $0 + $1.utf8.count })
        else { return nil }
        let isPlain = parts.allSatisfy {
            (1...8).contains($0.utf8.count) && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
        }
        let code = first.lowercased()
        let language = Self.names[code] ?? code
        guard isPlain, Self.known.contains(language) else { return nil }
        primary = language
        description = ([language] + parts.dropFirst().map(Self.usual)).joined(separator: "-")
    }

    /// A region in capitals, a script with one, all else in lower case.
    private static func usual(_ part: Substring) -> String {
        let small = part.lowercased()
        guard part.allSatisfy(\.isLetter) else { return small }
        return part.count == 2
            ? small.uppercased() : part.count == 4 ? small.prefix(1).uppercased() + small.dropFirst() : small
    }

    private static func words(_ text: String) -> [String] { text.split(separator: " ").map { String($0) } }

    /// ISO 639-1, and languages without a code in it that recognisers know.
    private static let known = Set(
        words(
            """
            aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et \
            eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk \
            kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny \
            oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk \
            tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu haw yue
            """))

    /// Codes of three letters (ISO 639-2 and 639-3) and withdrawn ones, in pairs with the code in use.
    private static let names: [String: String] = {
        let pairs = words(
            """
            iw he in id ji yi jw jv mo ro sh sr afr af aka ak amh am ara ar arb ar asm as aze az bak ba bel be ben bn bod bo tib bo \
            bos bs bre br bul bg cat ca ces cs cze cs cmn zh zho zh chi zh cym cy wel cy dan da deu de ger de ell el gre el eng en \
            epo eo est et ekk et eus eu baq eu fao fo fas fa per fa pes fa fil tl fin fi fra fr fre fr gle ga glg gl guj gu hat ht \
            hau ha heb he hin hi hrv hr hun hu hye hy arm hy ibo ig ind id isl is ice is ita it jav jv jpn ja kan kn kat ka geo ka \
            kaz kk khm km kor ko lao lo lat la lav lv lvs lv lin ln lit lt ltz lb mal ml mar mr mkd mk mac mk mlg mg mlt mt mon mn \
            khk mn mri mi mao mi msa ms may ms zsm ms mya my bur my nep ne npi ne nld nl dut nl nno nn nob nb nor no oci oc ori or \
            ory or pan pa pol pl por pt pus ps pbt ps ron ro rum ro rus ru san sa sin si slk sk slo sk slv sl sna sn snd sd som so \
            spa es sqi sq alb sq srp sr sun su swa sw swh sw swe sv tam ta tat tt tel te tgk tg tgl tl tha th tuk tk tur tr ukr uk \
            urd ur uzb uz uzn uz vie vi xho xh yid yi yor yo zul zu
            """)
        return Dictionary(
            stride(from: 0, to: pairs.count - 1, by: 2).map { (pairs[$0], pairs[$0 + 1]) },
            uniquingKeysWith: { first, _ in first })
    }()
}
