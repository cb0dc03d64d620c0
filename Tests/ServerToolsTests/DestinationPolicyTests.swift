import HTTPClient
import RealtimeProtocol
import ServerTools
import Testing

@Suite("Destinations of tools") struct DestinationPolicyTests {
    private func admits(_ policy: DestinationPolicy, _ url: String, at address: String) throws -> Bool {
        let url = try #require(ServerToolURL(url))
        return policy.admits(try #require(NetworkAddress(address)), port: url.port, for: url)
    }

    @Test(
        "Without the operator's word: https, the standard ports, public addresses",
        arguments: [
            ("https://tools.example/", "8.8.8.8", true), ("https://tools.example:8443/", "2606:4700::1111", true),
            ("https://tools.example:444/", "8.8.8.8", false), ("https://tools.example:22/", "8.8.8.8", false),
            ("http://tools.example/", "8.8.8.8", false), ("http://tools.example:443/", "8.8.8.8", false),
            ("https://tools.example/", "127.0.0.1", false), ("https://tools.example/", "169.254.169.254", false),
            ("https://tools.example/", "::1", false), ("https://tools.example/", "::ffff:10.0.0.1", false),
            ("https://127.0.0.1/", "127.0.0.1", false),
        ])
    func standard(url: String, address: String, expected: Bool) throws {
        #expect(try admits(DestinationPolicy(), url, at: address) == expected)
    }

    @Test(
        "With it: what it lists, and nothing beside that",
        arguments: [
            ("127.0.0.1:9000", "http://localhost:9000/", "127.0.0.1", true),
            ("127.0.0.1:9000", "http://localhost:9001/", "127.0.0.1", false),
            ("127.0.0.1:9000", "http://localhost:9000/", "127.0.0.2", false),
            ("10.1.0.0/16", "https://x.example/", "10.1.2.3", true),
            ("10.1.0.0/16", "https://x.example/", "10.2.0.0", false),
            ("10.1.0.0/16", "https://x.example:9000/", "10.1.2.3", false),
            ("10.1.0.0/16:9000", "https://x.example:9000/", "10.1.2.3", true),
            ("::1", "https://[::1]/", "::1", true), ("[::1]:80", "http://[::1]/", "::1", true),
            ("tools.internal", "https://tools.internal/", "10.9.9.9", true),
            ("Tools.Internal:80", "http://tools.internal/", "10.9.9.9", true),
            ("tools.internal", "https://other.internal/", "10.9.9.9", false),
            ("tools.internal", "https://x.tools.internal/", "10.9.9.9", false),
        ])
    func listed(entry: String, url: String, address: String, expected: Bool) throws {
        let policy = DestinationPolicy(listed: [try #require(ListedDestination(entry))])
        #expect(try admits(policy, url, at: address) == expected)
        #expect(try admits(policy, "https://tools.example/", at: "8.8.8.8"), "what is public stays allowed")
    }

    @Test(
        "Entries that make no sense are refused",
        arguments: ["", ":", "10.0.0.0/40", "x:0", "x:99999", "x:y", "a b", "[::1", "[::1]:x", "https://x", "x/y"])
    func badEntries(text: String) { #expect(ListedDestination(text) == nil, "\(text)") }
}
