/// What the commands of TeX stand for when they are spoken.
enum TeXNames {
    /// Whether a command is known outside of a formula, where a backslash may also be that of a path.
    static func isCommand(_ name: String) -> Bool {
        signs[name] != nil || words.contains(name) || arranging.contains(name)
    }

    /// Commands for one sign.
    static let signs = [
        "times": "×", "cdot": "×", "ast": "×", "div": "÷", "pm": "±", "mp": "∓", "le": "≤", "leq": "≤", "ge": "≥",
        "geq": "≥",
        "ne": "≠", "neq": "≠", "approx": "≈", "sim": "~", "equiv": "≡", "infty": "∞", "sum": "∑", "prod": "∏",
        "int": "∫",
        "partial": "∂", "nabla": "∇", "in": "∈", "notin": "∉", "subset": "⊂", "cup": "∪", "cap": "∩", "to": "→",
        "rightarrow": "→", "leftarrow": "←", "Rightarrow": "⇒", "implies": "⇒", "iff": "⇔", "ldots": "…", "dots": "…",
        "cdots": "…", "degree": "°", "angle": "∠", "forall": "∀", "exists": "∃", "neg": "¬", "land": "∧", "lor": "∨",
        "perp": "⊥",
        "propto": "∝", "lt": "<", "gt": ">", "mid": "|", "pounds": "£", "euro": "€", "celsius": "°C", "percent": "%",
    ]

    /// Commands whose name is what is said.
    static let words: Set = [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
        "xi", "pi",
        "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi",
        "Sigma", "Upsilon", "Phi", "Psi", "Omega", "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos",
        "arctan",
        "sinh", "cosh", "tanh", "log", "ln", "lg", "exp", "lim", "max", "min", "sup", "inf", "det", "dim", "gcd", "mod",
        "hbar",
    ]

    /// Commands that only arrange, as far as they stand outside of formulas too.
    private static let arranging: Set = [
        "frac", "dfrac", "tfrac", "cfrac", "binom", "sqrt", "text", "textbf", "textit", "mathrm", "mathbf", "mathit",
        "mathbb",
        "mathcal", "operatorname", "boxed", "left", "right", "quad", "qquad", "overline", "underline", "vec", "hat",
        "bar", "end",
        "displaystyle", "limits",
    ]
}
