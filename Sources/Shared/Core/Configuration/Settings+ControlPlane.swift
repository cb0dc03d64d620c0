extension Settings {
    static let controlPlane = [
        controlPlaneAddress.declaration, controlPlanePort.declaration, controlPlaneOpsPort.declaration,
        publicURL.declaration, apiKey.declaration,
    ]

    /// Where the control plane listens.
    package static let controlPlaneAddress = ConfigurationOption(
        "ANTIPHON_CONTROL_PLANE_ADDRESS", .host, default: "127.0.0.1", readBy: .controlPlane,
        "Address that the control plane listens on.")
    /// The REST API's port.
    package static let controlPlanePort = ConfigurationOption(
        "ANTIPHON_CONTROL_PLANE_PORT", .port, default: 8081, readBy: .controlPlane, "Port of the REST API.")
    /// The port of liveness, readiness and metrics.
    package static let controlPlaneOpsPort = ConfigurationOption(
        "ANTIPHON_CONTROL_PLANE_OPS_PORT", .port, default: 9081, readBy: .controlPlane,
        "Port of the control plane's `/livez`, `/readyz` and `/metrics`.")
    /// What clients dial.
    package static let publicURL = ConfigurationOption(
        "ANTIPHON_PUBLIC_URL", .url("http", "https"), default: "http://127.0.0.1:8080", readBy: .servers,
        "Base URL that clients use; also the issuer and audience of session keys.")
    /// The first tenant's key.
    package static let apiKey = ConfigurationOption(
        "API_KEY", .secret(minimumLength: 16), readBy: [.controlPlane, .startScript],
        "Key of the first tenant; without it `bootstrap` makes one.")
}
