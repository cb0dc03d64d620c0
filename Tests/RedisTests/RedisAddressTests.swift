import Core
import Redis
import Testing

@Suite struct RedisAddressTests {
    @Test func `A URL names host, port, database and credentials`() throws {
        let plain = try RedisAddress("redis://localhost")
        #expect(plain.endpoint == .tcp(host: "localhost", port: 6379) && plain.database == 0 && plain.password == nil)
        let full = try RedisAddress("redis://user:p%40ss%3Aw%C3%B6rd@10.0.0.1:7000/3")
        #expect(full.endpoint == .tcp(host: "10.0.0.1", port: 7000) && full.database == 3)
        #expect(full.username == "user" && full.password?.revealed == "p@ss:wörd")
        let passwordOnly = try RedisAddress("redis://:secret@host/1")
        #expect(
            passwordOnly.username == nil && passwordOnly.password?.revealed == "secret" && passwordOnly.database == 1)
        #expect(try RedisAddress("redis://[::1]:6380").endpoint == .tcp(host: "::1", port: 6380))
    }

    @Test func `A path or a unix URL names a socket`() throws {
        #expect(try RedisAddress("/run/redis.sock").endpoint == .unix(path: "/run/redis.sock"))
        #expect(try RedisAddress("unix:///run/redis.sock?db=2").database == 2)
        #expect(try RedisAddress("unix:/run/redis.sock").endpoint == .unix(path: "/run/redis.sock"))
    }

    @Test(arguments: [
        "", "localhost:6379", "http://localhost", "rediss://localhost", "redis://", "redis://:6379", "redis://h:0",
        "redis://h:65536", "redis://h:x", "redis://h/x", "redis://h/-1", "redis://:%zz@h", "redis://:%f@h",
        "redis://:%ff@h",
        "unix://relative", "unix:///s?db=x", "unix:", "/" + String(repeating: "x", count: 107),
    ])
    func `Anything else is refused with a reason`(text: String) {
        let error = #expect(throws: RedisError.self) { try RedisAddress(text) }
        #expect(error?.code == .invalidAddress && error?.message.isEmpty == false)
    }

    @Test func `The description has no credentials`() throws {
        #expect(try RedisAddress("redis://user:secret@host:1/2").description == "redis://host:1/2")
    }
}
