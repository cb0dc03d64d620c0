/// A command line taken apart: values of settings, switches, and the words that are left.
///
/// A setting is given as `--name value` or `--name=value`; a boolean one is `--name` or `--name=false`.
struct CommandLineWords {
    private(set) var values: [String: String] = [:]
    private(set) var switches: Set<String> = []
    private(set) var words: [String] = []

    /// Reads `arguments`, adding one sentence to `problems` for each that makes no sense.
    init(
        _ arguments: [String], process: ConfigurationReaders, switches declared: Set<String>,
        catalogue: [ConfigurationDeclaration], problems: inout [String]
    ) {
        let settings = catalogue.filter { !$0.isSecret && !$0.readers.isDisjoint(with: process) }
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                words.append(argument)
                continue
            }
            let flag = String(argument.prefix { $0 != "=" })
            let attached = argument.count > flag.count ? String(argument.dropFirst(flag.count + 1)) : nil
            let name = String(flag.dropFirst(2))
            if attached == nil, declared.contains(name) || name == "help" {
                switches.insert(name)
            } else if let setting = settings.first(where: { $0.flag == flag }) {
                if let attached {
                    values[setting.name] = attached
                } else if setting.isBoolean {
                    values[setting.name] = "true"
                } else if let next = rest.first, !next.hasPrefix("--") {
                    values[setting.name] = next
                    rest.removeFirst()
                } else {
                    problems.append("\(flag) needs a value: \(setting.expectation).")
                }
            } else if let secret = catalogue.first(where: { $0.isSecret && $0.flag == flag }) {
                problems.append(
                    "\(flag) would show a secret to every user of this machine; set \(secret.name) or \(secret.fileName)."
                )
            } else {
                let known = settings.map(\.flag) + declared.map { "--\($0)" } + ["--help"]
                problems.append("\(flag) is not a flag of this program.\(Spelling.suggestion(for: flag, among: known))")
            }
        }
    }
}
