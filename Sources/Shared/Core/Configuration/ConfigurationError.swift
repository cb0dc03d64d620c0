/// What is wrong with the settings a process was started with: everything at once, one sentence each, no secret in any.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One sentence per fault, naming the setting, where it came from and what was expected.
    package let problems: [String]

    /// An error with these sentences.
    package init(problems: [String]) { self.problems = problems }

    /// An error with one sentence.
    package init(_ problem: String) { problems = [problem] }

    package var description: String { problems.joined(separator: "\n") }
}
