extension Settings {
    static let serverTools = [
        serverToolDestinations.declaration, serverToolPorts.declaration, serverToolAuthorities.declaration,
    ]

    /// Where tools may be called beside the public internet.
    package static let serverToolDestinations = ConfigurationOption(
        "ANTIPHON_SERVER_TOOL_DESTINATIONS", .list, readBy: .worker,
        "Where tools of the server may be called beside public https addresses: `address[/bits][:port]` or `host[:port]`."
    )
    /// Ports of tools at public addresses.
    package static let serverToolPorts = ConfigurationOption(
        "ANTIPHON_SERVER_TOOL_PORTS", .list, default: ["443", "8443"], readBy: .worker,
        "Ports at which tools of the server may be called.")
    /// Whom tools' certificates must be signed by.
    package static let serverToolAuthorities = ConfigurationOption(
        "ANTIPHON_SERVER_TOOL_CA", .path, readBy: .worker,
        "PEM file of the authorities that sign the certificates of tools, read at the start and once a day; without it, the "
            + "system's.")
}
