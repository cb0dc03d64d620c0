import Core
import Testing

@testable import Redis

@Suite struct RedisCommandTests {
    @Test func `A command is length-prefixed, so an argument cannot smuggle another`() {
        var command = RedisCommand("SET", "k\r\nDEL *")
        command.append([0, 13, 10])
        let expected = Array("*3\r\n$3\r\nSET\r\n$8\r\nk\r\nDEL *\r\n$3\r\n".utf8) + [0, 13, 10, 13, 10]
        #expect(command.wireForm == expected)
    }

    @Test func `Numbers and pairs are read from the shapes the server sends`() {
        #expect(RedisReply.integer(5).number == 5)
        #expect(RedisReply.string(Array("17".utf8)).number == 17)
        #expect(RedisReply.string(Array("x".utf8)).number == nil)
        #expect(RedisReply.array([.string(Array("a".utf8)), .integer(1)]).fields == ["a": .integer(1)])
        #expect(RedisReply.array([.integer(1)]).fields == nil)
        #expect(RedisReply.null.isNull && RedisReply.null.text == nil)
    }

    @Test func `Error replies are told apart by their first word`() {
        #expect(RedisError(serverReply: "NOSCRIPT No matching script.").code == .noScript)
        #expect(RedisError(serverReply: "LOADING Redis is loading").isOutage)
        #expect(RedisError(serverReply: "READONLY You can't write").isOutage)
        #expect(RedisError(serverReply: "WRONGTYPE x").code == .refused)
        #expect(RedisError(serverReply: "").code == .refused)
    }

    @Test func `Records of one tenant share a tag that other tenants do not have`() {
        let (a, b) = (TenantID("ten_a"), TenantID("ten_b"))
        #expect(RedisKey.tenant(a).name == "ap:{ten_a}:t")
        #expect(RedisKey.session(a, SessionID("sess_1")).name == "ap:{ten_a}:s:sess_1")
        #expect(RedisKey.session(a, SessionID("sess_1")) != RedisKey.session(b, SessionID("sess_1")))
        #expect(RedisKey.worker("default", WorkerID("wrk_1")).name == "ap:{p:default}:w:wrk_1")
    }
}
