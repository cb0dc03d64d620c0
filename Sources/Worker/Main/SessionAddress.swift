/// One of the addresses at which a worker opens sessions.
///
/// The edge passes a path on as the client wrote it, so `/w/<worker>` may stand before it.
struct SessionAddress: Equatable {
    /// Whether only the older shape is spoken here.
    let isBeta: Bool

    /// Azure's address of the older shape, at which the model is called a deployment.
    private static let azurePreview = "/openai/realtime"
    private static let current: Set<String> = ["/v1/realtime", "/realtime", "/openai/v1/realtime"]

    /// The address that `path` is; nil for any other path.
    init?(_ path: String) {
        let parts = path.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        let isNamed = parts.count == 4 && parts[0].isEmpty && parts[1] == "w" && !parts[2].isEmpty
        let address = isNamed ? "/" + parts[3] : path
        isBeta = address == Self.azurePreview
        guard isBeta || Self.current.contains(address) else { return nil }
    }
}
