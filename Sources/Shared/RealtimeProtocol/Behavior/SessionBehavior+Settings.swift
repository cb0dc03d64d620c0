package import Core

extension SessionBehavior {
    /// The settings of the environment that the fields have.
    package static let settings = BehaviorField.all.map(\.declaration)

    /// The operator's defaults.
    package init(_ reader: ConfigurationReader) {
        self.init()
        for field in BehaviorField.all { field.configure(reader, &self) }
    }
}

extension Settings {
    /// Every setting of every program, those of `SessionBehavior` included.
    package static let everything = all + SessionBehavior.settings
}
