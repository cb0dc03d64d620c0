package import Core

extension TenancyConfiguration {
    /// What control plane and worker must agree on, from the settings both read.
    package init(_ reader: ConfigurationReader) {
        self.init()
        issuer = reader[Settings.publicURL]
        audience = reader[Settings.publicURL]
    }
}
