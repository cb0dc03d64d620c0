/// The catalogue of settings as text for people.
package enum ConfigurationHelp {
    /// What `--help` prints: `usage`, which is command lines with their meaning, then the settings of `process`.
    package static func text(
        usage: String, for process: ConfigurationReaders, catalogue: [ConfigurationDeclaration] = Settings.all
    ) -> String {
        var lines = [usage, "", "Settings (environment variable, flag, default):", ""]
        for setting in catalogue where !setting.readers.isDisjoint(with: process) {
            let flag = setting.isSecret ? "or \(setting.fileName)" : setting.flag
            let fallback = setting.defaultText.map { "  [\($0)]" } ?? ""
            lines.append("  \(setting.name)  \(flag)\(fallback)")
            lines.append("      \(setting.meaning)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The table in the README.
    package static func markdown(catalogue: [ConfigurationDeclaration] = Settings.all) -> String {
        var lines = ["| Setting | Default | Read by | Meaning |", "|---|---|---|---|"]
        for setting in catalogue {
            let name = setting.isSecret ? "`\(setting.name)` or `\(setting.fileName)`" : "`\(setting.name)`"
            let fallback = setting.defaultText.map { "`\($0)`" } ?? "none"
            lines.append("| \(name) | \(fallback) | \(setting.readers.names) | \(setting.meaning) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
