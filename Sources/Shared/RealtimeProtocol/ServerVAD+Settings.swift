package import Core

extension ServerVAD {
    /// The operator's defaults.
    package init(_ reader: ConfigurationReader) {
        self.init()
        threshold = reader[Settings.vadThreshold]
        silenceDuration = reader[Settings.vadSilence]
        prefixPadding = reader[Settings.vadPadding]
    }
}
