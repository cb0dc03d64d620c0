import FoundationEssentials

/// The settings of one process, read and checked once at its start: defaults, then environment, then flags.
///
/// Everything that this process reads is parsed in `init`, so that a mistake is reported at once, together with all
/// others, and reading a value later cannot fail. A variable set to the empty text counts as not set.
package struct ConfigurationReader: Sendable {
    /// Where a value came from.
    package enum Source: Sendable, Equatable {
        case defaultValue, environment, flag
        /// The file that `NAME_FILE` names.
        case file(String)
    }

    /// Arguments that are neither flags nor their values, in order: a command such as `bootstrap`.
    package let words: [String]
    /// Flags without value that the program declared, such as `--describe-providers`, by name without hyphens.
    package let switches: Set<String>
    /// Whether `--help` was given; nothing is checked then.
    package let wantsHelp: Bool

    private let texts: [String: (text: String, source: Source)]
    private let known: Set<String>

    /// Reads the settings of `process`.
    ///
    /// - Parameters:
    ///   - process: the program that asks.
    ///   - environment: all variables.
    ///   - arguments: without the program's name.
    ///   - declaredSwitches: names of flags without value, hyphens left out.
    ///   - catalogue: every setting of every program, so that a variable of another program is not taken for a mistake.
    ///   - readFile: the content of a file; replaced by tests.
    /// - Throws: everything that is wrong, at once.
    package init(
        for process: ConfigurationReaders, environment: [String: String], arguments: [String],
        switches declaredSwitches: Set<String> = [], catalogue: [ConfigurationDeclaration] = Settings.all,
        readFile: (String) throws -> String = { try String(contentsOfFile: $0, encoding: .utf8) }
    ) throws(ConfigurationError) {
        var problems = Self.unknownNames(in: environment, catalogue: catalogue)
        let line = CommandLineWords(
            arguments, process: process, switches: declaredSwitches, catalogue: catalogue, problems: &problems)
        words = line.words
        switches = line.switches
        wantsHelp = line.switches.contains("help")
        let own = catalogue.filter { !$0.readers.isDisjoint(with: process) }
        known = Set(own.map(\.name))
        if wantsHelp {
            texts = [:]
            return
        }
        var texts: [String: (text: String, source: Source)] = [:]
        for setting in own {
            do throws(ConfigurationError) {
                guard
                    let found = try Self.find(setting, environment: environment, flags: line.values, readFile: readFile)
                else { continue }
                try Self.check(found.text, from: found.source, for: setting)
                texts[setting.name] = found
            } catch {
                problems += error.problems
            }
        }
        self.texts = texts
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
    }

    /// The value of a setting that this process reads.
    package subscript<Value>(option: ConfigurationOption<Value>) -> Value {
        let name = option.declaration.name
        precondition(
            known.contains(name) || wantsHelp, "\(name) is not declared in Settings.all as read by this process")
        guard let (text, _) = texts[name], let value = option.parse(text) else { return option.whenAbsent }
        return value
    }

    /// Where the value of a setting came from.
    package func source<Value>(of option: ConfigurationOption<Value>) -> Source {
        texts[option.declaration.name]?.source ?? .defaultValue
    }

    /// What was set otherwise than by default, for one log line at the start; a secret's value is replaced.
    package func changes(in catalogue: [ConfigurationDeclaration] = Settings.all) -> [(
        name: String, value: String, source: Source
    )] {
        catalogue.compactMap { setting in
            guard let (text, source) = texts[setting.name] else { return nil }
            return (setting.name, setting.isSecret ? "***" : text.hidingUserInformation, source)
        }
    }
}

extension ConfigurationReader {
    /// The text of one setting: flag before environment before the file of a secret.
    private static func find(
        _ setting: ConfigurationDeclaration, environment: [String: String], flags: [String: String],
        readFile: (String) throws -> String
    ) throws(ConfigurationError) -> (text: String, source: Source)? {
        if let text = flags[setting.name] { return (text, .flag) }
        let direct = environment[setting.name].flatMap { $0.isEmpty ? nil : $0 }
        guard setting.isSecret, let path = environment[setting.fileName], !path.isEmpty else {
            return direct.map { ($0, .environment) }
        }
        if direct != nil {
            throw ConfigurationError("\(setting.name) and \(setting.fileName) are both set; leave one out.")
        }
        guard let content = try? readFile(path) else {
            throw ConfigurationError("\(setting.fileName) names \"\(path)\", which cannot be read as a text file.")
        }
        return (content.trimmingBlanks, .file(path))
    }

    private static func check(
        _ text: String, from source: Source, for setting: ConfigurationDeclaration
    ) throws(ConfigurationError) {
        guard !setting.accepts(text) else { return }
        let origin =
            switch source {
            case .flag: " (from \(setting.flag))"
            case .file: " (from \(setting.fileName))"
            case .environment, .defaultValue: ""
            }
        let shown = setting.isSecret ? "" : ", not \"\(text.prefix(80).hidingUserInformation)\""
        throw ConfigurationError("\(setting.name)\(origin) must be \(setting.expectation)\(shown).")
    }

    /// One sentence for each variable that starts like ours and is none of ours.
    private static func unknownNames(in environment: [String: String], catalogue: [ConfigurationDeclaration])
        -> [String]
    {
        let names = Set(catalogue.flatMap { $0.isSecret ? [$0.name, $0.fileName] : [$0.name] })
        return environment.keys.sorted().filter {
            $0.hasPrefix(ConfigurationDeclaration.ownPrefix) && !names.contains($0)
        }
        .map { "\($0) is not a setting of Antiphon.\(Spelling.suggestion(for: $0, among: names))" }
    }
}

extension StringProtocol {
    /// The text with `user:password@` of a URL replaced.
    var hidingUserInformation: String {
        let text = String(self)
        guard let scheme = text.firstRange(of: "://") else { return text }
        let rest = text[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard let at = authority.lastIndex(of: "@") else { return text }
        return text[..<scheme.upperBound] + "***" + rest[at...]
    }
}
