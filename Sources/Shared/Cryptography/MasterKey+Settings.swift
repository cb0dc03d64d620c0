package import Core

extension MasterKey {
    /// The master key of this deployment, as control plane and worker are told it.
    ///
    /// - Parameter reader: the settings of the process.
    /// - Returns: the key, and whether it ends with this process (a development start without one).
    /// - Throws: the sentence that says what to set.
    package static func configured(
        _ reader: ConfigurationReader
    ) throws(ConfigurationError) -> (key: MasterKey, isForgotten: Bool) {
        do throws(CryptographyError) {
            if let contents = reader[Settings.masterKey] { return (try MasterKey(fileContents: contents), false) }
            if let passphrase = reader[Settings.jwtSecret] { return (try MasterKey(passphrase: passphrase), false) }
            if reader[Settings.development] { return (try .random(), true) }
        } catch {
            throw ConfigurationError("The master key cannot be used: \(error.message).")
        }
        let file = Settings.masterKey.declaration.fileName
        let passphrase = Settings.jwtSecret.declaration.name
        throw ConfigurationError(
            "There is no master key: set \(file) to a file with 32 random bytes in hexadecimal (openssl rand -hex 32), or "
                + "\(passphrase) to 32 characters or more.")
    }
}
