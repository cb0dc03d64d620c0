/// Every setting of the product, declared once.
///
/// The programs read from here, and `--help`, the README's table and the
/// complaint about an unknown `ANTIPHON_` name are made from here. Each group stands in a file of its own.
package enum Settings {
    /// All settings of all programs, in the order of the README.
    package static let all: [ConfigurationDeclaration] =
        startScript + servers + controlPlane + worker + turns + serverTools + providers

    // MARK: The start script

    private static let startScript = [
        port.declaration, tlsCertificate.declaration, tlsKey.declaration, workers.declaration, runDirectory.declaration,
    ]

    /// The edge's port.
    package static let port = ConfigurationOption(
        "ANTIPHON_PORT", .port, default: 8080, readBy: .startScript,
        "Port of the edge, the one that clients connect to.")
    /// The edge's certificate.
    package static let tlsCertificate = ConfigurationOption(
        "ANTIPHON_TLS_CERTIFICATE", .path, readBy: .startScript,
        "PEM file with the certificate of the edge, which then serves https and wss; needs `ANTIPHON_TLS_KEY`.")
    /// The edge's private key.
    package static let tlsKey = ConfigurationOption(
        "ANTIPHON_TLS_KEY", .path, readBy: .startScript, "PEM file with the private key to `ANTIPHON_TLS_CERTIFICATE`.")
    /// How many workers to start.
    package static let workers = ConfigurationOption(
        "ANTIPHON_WORKERS", .count(1...64), default: 2, readBy: .startScript, "How many workers to start.")
    /// Where the stack keeps its state.
    package static let runDirectory = ConfigurationOption(
        "ANTIPHON_RUN_DIRECTORY", .path, default: ".run", readBy: .startScript,
        "Where keys, Redis data, logs and sockets of this stack are kept.")

    // MARK: Both servers

    private static let servers = [
        logLevel.declaration, redisURL.declaration, masterKey.declaration, jwtSecret.declaration,
        development.declaration,
    ]

    /// The least level that is logged.
    package static let logLevel = ConfigurationOption(
        "ANTIPHON_LOG_LEVEL", .choice(["debug", "info", "warning", "error"]), default: "info", readBy: .servers,
        "Least level of the log lines that are written.")
    /// The Redis that control planes and workers share.
    package static let redisURL = ConfigurationOption(
        "ANTIPHON_REDIS_URL", .url("redis", "unix"), default: "redis://127.0.0.1:6379", readBy: .servers,
        "The Redis that control planes and workers share: `redis://[user:password@]host:port[/database]` or `unix:///path`."
    )
    /// The key that everything at rest is sealed under.
    package static let masterKey = ConfigurationOption(
        "ANTIPHON_MASTER_KEY", .secret(minimumLength: 32), readBy: .servers,
        "Seals everything secret in Redis; the same for all processes, kept outside Redis.")
    /// The name other engines use.
    package static let jwtSecret = ConfigurationOption(
        "JWT_SECRET", .secret(minimumLength: 32), readBy: .servers,
        "The master key is derived from it when `ANTIPHON_MASTER_KEY` is not set.")
    /// Allows what only a developer's machine may do.
    package static let development = ConfigurationOption(
        "ANTIPHON_DEVELOPMENT", .boolean, default: false, readBy: .servers,
        "Lets a process start without a master key, with one that is forgotten when it ends.")
}
