import Core
import Testing

@testable import Cryptography

@Suite("Webhook secrets") struct WebhookSecretTests {
    /// The example of the specification's reference libraries
    /// (https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries/python/tests/test_webhooks.py).
    @Test("sign as the reference libraries do")
    func vector() throws {
        // "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" in base64.
        let key: [UInt8] = [
            0x31, 0xf2, 0x90, 0xf6, 0xbf, 0x06, 0x29, 0x8a, 0xab, 0x4f, 0x08, 0xd4, 0x3c, 0x3f, 0x08, 0x2c, 0xf6, 0x48,
            0xa3, 0x62, 0xda, 0x2d, 0xa4, 0xb0,
        ]
        let secret = WebhookSecret(key: SymmetricKey(key))
        #expect(secret.text.revealed == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        let signature = secret.signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: UnixTime(seconds: 1_614_265_330),
            body: Array(#"{"test": 2432232314}"#.utf8))
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test("differ by tenant and by master key, and are the same every time")
    func derivation() throws {
        let (master, other) = (try MasterKey.random(), try MasterKey.random())
        let one = try WebhookSecret(masterKey: master, tenant: TenantID("ten_1")).text
        #expect(try WebhookSecret(masterKey: master, tenant: TenantID("ten_1")).text.revealed == one.revealed)
        #expect(try WebhookSecret(masterKey: master, tenant: TenantID("ten_2")).text.revealed != one.revealed)
        #expect(try WebhookSecret(masterKey: other, tenant: TenantID("ten_1")).text.revealed != one.revealed)
        #expect(one.revealed.hasPrefix("whsec_"))
    }
}
