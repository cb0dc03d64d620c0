import HTTPClient
import Testing

@Suite("Network addresses") struct NetworkAddressTests {
    @Test(
        "Addresses of hosts, private networks, links, metadata services and groups are not public",
        arguments: [
            "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255",
            "127.0.0.1", "127.255.255.254", "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
            "192.0.0.1", "192.0.0.192", "192.0.2.7", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255",
            "198.51.100.1", "203.0.113.255", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
            "168.63.129.16", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:1::1", "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1", "fc00::1", "fd00:ec2::254", "fdff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "ff0e::1",
            "4000::1", "1fff::1", "2620:4f:8000::1",
        ])
    func notPublic(text: String) throws {
        #expect(try #require(NetworkAddress(text)).isPublic == false)
    }

    @Test(
        "Others are",
        arguments: [
            "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
            "128.0.0.1", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "168.63.129.17", "::ffff:8.8.8.8",
            "2001:200::1", "2001:4860:4860::8888", "2606:4700::1111", "2a00::1", "3ffe::1",
        ])
    func isPublic(text: String) throws {
        #expect(try #require(NetworkAddress(text)).isPublic)
    }

    @Test(
        "Only the strict notations are read",
        arguments: [
            "", "localhost", "0x7f.1", "127.1", "2130706433", "0177.0.0.1", "1.2.3.4.5", "[::1]", "fe80::1%eth0",
            " 1.1.1.1",
        ])
    func notation(text: String) { #expect(NetworkAddress(text) == nil) }

    @Test("An IPv4 address mapped into IPv6 is that address")
    func mapped() {
        #expect(NetworkAddress("::ffff:1.2.3.4") == NetworkAddress("1.2.3.4"))
        #expect(NetworkAddress(bytes: [1, 2, 3]) == nil)
    }

    @Test(
        "A block contains what begins with its bits",
        arguments: [
            ("10.0.0.0/8", "10.1.2.3", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.0.0.128/25", "10.0.0.129", true),
            ("10.0.0.128/25", "10.0.0.127", false), ("0.0.0.0/0", "1.2.3.4", true), ("0.0.0.0/0", "::1", false),
            ("127.0.0.1", "127.0.0.1", true), ("127.0.0.1", "127.0.0.2", false), ("fe80::/10", "febf::1", true),
            ("fe80::/10", "fec0::1", false), ("::1/128", "::1", true),
        ])
    func blocks(block: String, address: String, contains: Bool) throws {
        #expect(try #require(NetworkBlock(block)).contains(#require(NetworkAddress(address))) == contains)
    }

    @Test(
        "Blocks that make no sense are refused",
        arguments: ["", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "a/8", "10/8", "1.1.1.1/8/8"])
    func badBlocks(text: String) { #expect(NetworkBlock(text) == nil) }
}
