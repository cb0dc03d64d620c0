/// Names of HTML and SSML that are told from text in angle brackets.
enum HTMLNames {
    private static func words(_ text: String) -> Set<String> { Set(text.split(separator: " ").map { String($0) }) }

    /// Elements that begin a line of their own.
    static let breaking = words(
        """
        address article aside blockquote br break caption dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 \
        h6 header hr li main nav ol p paragraph s-break section summary table tbody td tfoot th thead tr ul
        """)
    /// Elements whose content is not spoken: programs, drawings, blocks of code.
    static let silent = words("math pre script style svg template")
    /// All that are known.
    static let elements = breaking.union(silent).union(
        words(
            """
            a abbr acronym applet area audio b base bdi bdo big body button canvas center cite code col colgroup data datalist del \
            dfn dialog em embed emphasis font frame head html i iframe img input ins kbd label legend link map mark meta meter noscript \
            object optgroup option output param phoneme picture progress prosody q rp rt ruby s samp say-as select small source span \
            speak strike strong sub sup textarea time title track tt u var video voice wbr xml
            """))
    /// Attributes without a value.
    static let flags = words(
        "allowfullscreen async autofocus autoplay checked controls default defer disabled hidden loop multiple muted open readonly required reversed selected"
    )

    /// Entities by name: what models and web pages use.
    static let entities = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "ensp": " ", "emsp": " ",
        "thinsp": " ",
        "shy": "\u{AD}", "zwj": "\u{200D}", "zwnj": "\u{200C}", "lrm": "\u{200E}", "rlm": "\u{200F}",
        "ndash": "–", "mdash": "—", "hellip": "…", "bull": "•", "middot": "·", "lsquo": "‘", "rsquo": "’", "sbquo": "‚",
        "ldquo": "“", "rdquo": "”", "bdquo": "„", "laquo": "«", "raquo": "»", "lsaquo": "‹", "rsaquo": "›",
        "prime": "′",
        "cent": "¢", "pound": "£", "yen": "¥", "euro": "€", "curren": "¤", "copy": "©", "reg": "®", "trade": "™",
        "sect": "§",
        "para": "¶", "deg": "°", "plusmn": "±", "times": "×", "divide": "÷", "minus": "−", "micro": "µ", "frac12": "½",
        "frac14": "¼", "frac34": "¾", "sup1": "¹", "sup2": "²", "sup3": "³", "ordf": "ª", "ordm": "º", "not": "¬",
        "iexcl": "¡",
        "iquest": "¿", "le": "≤", "ge": "≥", "ne": "≠", "asymp": "≈", "infin": "∞", "radic": "√", "sum": "∑",
        "int": "∫",
        "larr": "←", "uarr": "↑", "rarr": "→", "darr": "↓", "harr": "↔", "permil": "‰", "dagger": "†", "Dagger": "‡",
        "Agrave": "À", "Aacute": "Á", "Acirc": "Â", "Atilde": "Ã", "Auml": "Ä", "Aring": "Å", "AElig": "Æ",
        "Ccedil": "Ç",
        "Egrave": "È", "Eacute": "É", "Ecirc": "Ê", "Euml": "Ë", "Igrave": "Ì", "Iacute": "Í", "Icirc": "Î",
        "Iuml": "Ï",
        "Ntilde": "Ñ", "Ograve": "Ò", "Oacute": "Ó", "Ocirc": "Ô", "Otilde": "Õ", "Ouml": "Ö", "Oslash": "Ø",
        "Ugrave": "Ù",
        "Uacute": "Ú", "Ucirc": "Û", "Uuml": "Ü", "Yacute": "Ý", "szlig": "ß", "agrave": "à", "aacute": "á",
        "acirc": "â",
        "atilde": "ã", "auml": "ä", "aring": "å", "aelig": "æ", "ccedil": "ç", "egrave": "è", "eacute": "é",
        "ecirc": "ê",
        "euml": "ë", "igrave": "ì", "iacute": "í", "icirc": "î", "iuml": "ï", "ntilde": "ñ", "ograve": "ò",
        "oacute": "ó",
        "ocirc": "ô", "otilde": "õ", "ouml": "ö", "oslash": "ø", "ugrave": "ù", "uacute": "ú", "ucirc": "û",
        "uuml": "ü",
        "yacute": "ý", "yuml": "ÿ", "OElig": "Œ", "oelig": "œ", "Scaron": "Š", "scaron": "š", "alpha": "α", "beta": "β",
        "gamma": "γ", "delta": "δ", "epsilon": "ε", "lambda": "λ", "mu": "μ", "pi": "π", "sigma": "σ", "omega": "ω",
        "Omega": "Ω",
        "Delta": "Δ", "theta": "θ", "phi": "φ",
    ]
}
