extension Settings {
    static let controlPlane = [
        controlPlaneAddress.declaration, controlPlanePort.declaration, controlPlaneInternalAddress.declaration,
        controlPlaneInternalPort.declaration, controlPlaneOpsAddress.declaration, controlPlaneOpsPort.declaration,
        trustedProxies.declaration, allowedOrigins.declaration, models.declaration, publicURL.declaration,
        apiKey.declaration,
    ]

    /// Where the control plane listens.
    package static let controlPlaneAddress = ConfigurationOption(
        "ANTIPHON_CONTROL_PLANE_ADDRESS", .host, default: "127.0.0.1", readBy: .controlPlane,
        "Address that the control plane listens on.")
    /// The REST API's port.
    package static let controlPlanePort = ConfigurationOption(
        "ANTIPHON_CONTROL_PLANE_PORT", .port, default: 8081, readBy: .controlPlane, "Port of the REST API.")
    /// Where the edge asks.
    package static let controlPlaneInternalAddress = ConfigurationOption(
        "ANTIPHON_CONTROL_PLANE_INTERNAL_ADDRESS", .host, default: "127.0.0.1", readBy: .controlPlane,
        "Address of the listener that only the edge may reach.")
    /// The port at which the edge asks.
    package static let controlPlaneInternalPort = ConfigurationOption(
        "ANTIPHON_CONTROL_PLANE_INTERNAL_PORT", .port, default: 8082, readBy: .controlPlane,
        "Port at which the edge asks which worker serves a session.")
    /// Where operators and their tools ask.
    package static let controlPlaneOpsAddress = ConfigurationOption(
        "ANTIPHON_CONTROL_PLANE_OPS_ADDRESS", .host, default: "127.0.0.1", readBy: .controlPlane,
        "Address of the control plane's ops port.")
    /// The port of liveness, readiness and metrics.
    package static let controlPlaneOpsPort = ConfigurationOption(
        "ANTIPHON_CONTROL_PLANE_OPS_PORT", .port, default: 9081, readBy: .controlPlane,
        "Port of the control plane's `/livez`, `/readyz` and `/metrics`.")
    /// Who may say where a request came from.
    package static let trustedProxies = ConfigurationOption(
        "ANTIPHON_TRUSTED_PROXIES", .list, default: ["127.0.0.1", "::1"], readBy: .controlPlane,
        "Addresses of proxies whose `X-Forwarded-For` is believed.")
    /// Whose pages may call the REST API.
    package static let allowedOrigins = ConfigurationOption(
        "ANTIPHON_ALLOWED_ORIGINS", .list, default: ["*"], readBy: .controlPlane,
        "Origins of web pages that may call the REST API; `*` allows all.")
    /// Which models there are.
    package static let models = ConfigurationOption(
        "ANTIPHON_MODELS", .list, readBy: .servers,
        "Model names that sessions may use, the first one being the default; without it any name is accepted.")
    /// What clients dial.
    package static let publicURL = ConfigurationOption(
        "ANTIPHON_PUBLIC_URL", .url("http", "https"), default: "http://127.0.0.1:8080", readBy: .servers,
        "Base URL that clients use; also the issuer and audience of session keys.")
    /// The first tenant's key.
    package static let apiKey = ConfigurationOption(
        "API_KEY", .secret(minimumLength: 16), readBy: [.controlPlane, .startScript],
        "Key of the first tenant; without it `bootstrap` makes one.")
}
