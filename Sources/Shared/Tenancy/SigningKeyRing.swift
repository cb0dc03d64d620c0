import Core
import Cryptography
import Redis
import Synchronization

/// The keys that sign ephemeral keys: kept in the store, the private halves sealed; public halves cached here.
///
/// DESIGN. The first control plane makes a key; a script lets exactly one of several replicas win. Verifiers keep the public
/// set for a few minutes and read it again at once, but at most once per `unknownKeyPause`, when a token names a key they do
/// not know; while the store is away the old set goes on to count for a day. The whole set is replaced by each reading, so a
/// key that was removed stops to count.
final class SigningKeyRing: Sendable {
    /// Age at which the public set is read again.
    static let publicKeyAge = Duration.seconds(300)
    /// Age at which the signer asks whether it is still the active one.
    static let signerAge = Duration.seconds(60)
    /// Least time between two readings made for unknown key ids, however many tokens name them.
    static let unknownKeyPause = Duration.seconds(1)
    /// Age up to which the public set counts while the store is away.
    static let staleKeyAge = Duration.seconds(24 * 3600)
    /// A retired key is kept this much longer than the longest life of a token.
    static let retirementMargin = Duration.seconds(600)

    private struct PublicKeys {
        var keys: [String: VerifyingKey] = [:]
        var documents: [JSONWebKey] = []
        var fetched: MonotonicInstant?
    }
    private struct Signer {
        let keyID: String
        let key: SigningKey
        let checked: MonotonicInstant
    }

    private let redis: any RedisClient
    private let box: SecretBox
    private let clock: TenancyClock
    private let publicKeys = Mutex(PublicKeys())
    private let signer = Mutex<Signer?>(nil)

    /// A ring on this store, sealed under this master key.
    ///
    /// Throws `primitive_failed`.
    init(redis: any RedisClient, masterKey: MasterKey, clock: TenancyClock) throws(CryptographyError) {
        (self.redis, self.clock) = (redis, clock)
        box = SecretBox(key: try masterKey.subkey(.signingKeys))
    }

    /// The key to sign with, made if there is none yet.
    func signingKey() async throws(TenancyError) -> (keyID: String, key: SigningKey) {
        let known = signer.withLock { $0 }
        if let known, clock.monotonic() - known.checked < Self.signerAge { return (known.keyID, known.key) }
        let active = try await redis.ask(RedisCommand("HGET", RedisKey.signingKeys.name, "active")).text
        if let active { return try await load(active, known: known) }
        return try await load(try await install(replacing: ""), known: nil)
    }

    /// Makes a new active key; tokens of the old one stay good until they expire.
    func rotate() async throws(TenancyError) -> String {
        let active = try await redis.ask(RedisCommand("HGET", RedisKey.signingKeys.name, "active")).text ?? ""
        let keyID = try await install(replacing: active)
        signer.withLock { $0 = nil }
        return keyID
    }

    /// The public key with this id; nil if there is none.
    func verifyingKey(_ keyID: String) async throws(TenancyError) -> VerifyingKey? {
        let now = clock.monotonic()
        let (known, age) = publicKeys.withLock { ($0.keys[keyID], $0.fetched.map { now - $0 }) }
        if let known, let age, age < Self.publicKeyAge { return known }
        if known == nil, let age, age < Self.unknownKeyPause { return nil }
        do {
            try await refresh()
        } catch  where error.code == .storeUnavailable {
            if let known, let age, age < Self.staleKeyAge { return known }
            throw error
        }
        return publicKeys.withLock { $0.keys[keyID] }
    }

    /// All public keys as a JSON Web Key Set.
    func keySet() async throws(TenancyError) -> String {
        let now = clock.monotonic()
        let age = publicKeys.withLock { $0.fetched.map { now - $0 } }
        if age.map({ $0 >= Self.signerAge }) ?? true {
            do { try await refresh() } catch { if age == nil { throw error } }
        }
        return #"{"keys":[\#(publicKeys.withLock { $0.documents }.map(\.json).joined(separator: ","))]}"#
    }

    private func refresh() async throws(TenancyError) {
        guard let fields = try await redis.ask(RedisCommand("HGETALL", RedisKey.signingKeys.name)).fields else {
            throw .unreadable("signing keys")
        }
        var fresh = PublicKeys(fetched: clock.monotonic())
        for name in fields.keys.sorted() where name.hasPrefix("j:") {
            // One unreadable key must not take the others down with it.
            guard let document = fields[name]?.text.flatMap({ JSONWebKey(json: $0) }),
                let key = try? document.verifyingKey(), name == "j:\(document.kid)"
            else { continue }
            fresh.keys[document.kid] = key
            fresh.documents.append(document)
        }
        publicKeys.withLock { [fresh] in $0 = fresh }
    }

    private func load(_ keyID: String, known: Signer?) async throws(TenancyError) -> (keyID: String, key: SigningKey) {
        let key: SigningKey
        if let known, known.keyID == keyID {
            key = known.key
        } else {
            let sealed = try await redis.ask(RedisCommand("HGET", RedisKey.signingKeys.name, "p:\(keyID)")).text
            guard let sealed = sealed.flatMap({ Base64URL.decode($0) }) else { throw .unreadable("signing key") }
            do throws(CryptographyError) {
                var der = try box.open(sealed, context: Self.context(keyID))
                defer { wipe(&der) }
                key = try SigningKey(pkcs8: der)
            } catch {
                throw TenancyError(
                    .internal, underlying: "the signing key was sealed under another master key (\(error))")
            }
        }
        signer.withLock { $0 = Signer(keyID: keyID, key: key, checked: clock.monotonic()) }
        return (keyID, key)
    }

    /// Offers a new key in place of `active` and says which one is active afterwards.
    private func install(replacing active: String) async throws(TenancyError) -> String {
        let (keyID, document, sealed): (String, String, String)
        do throws(CryptographyError) {
            let key = try SigningKey()
            let publicKey = try key.publicKey()
            var der = try key.exportPKCS8()
            defer { wipe(&der) }
            keyID = JSONWebKey.thumbprint(publicKey)
            document = JSONWebKey(publicKey, keyID: keyID).json
            sealed = Base64URL.encode(try box.seal(der, context: Self.context(keyID)))
        } catch { throw TenancyError(error) }
        let kept = EphemeralKeyRequest.longestLifetime + Self.retirementMargin
        let reply = try await Self.installScript.ask(
            redis, keys: [.signingKeys],
            arguments: [active, keyID, document, sealed, String(kept.components.seconds)])
        guard let winner = reply.text else { throw .unreadable("signing keys") }
        return winner
    }

    private static func context(_ keyID: String) -> String { "signing key|\(keyID)" }

    /// Makes ARGV[2] the active key if ARGV[1] still is; forgets keys retired longer than ARGV[5] seconds ago.
    private static let installScript = RedisScript(
        name: "install signing key",
        """
        local now = tonumber(redis.call('TIME')[1])
        local active = redis.call('HGET', KEYS[1], 'active') or ''
        if active ~= ARGV[1] then return active end
        if active ~= '' then redis.call('HSET', KEYS[1], 'r:' .. active, now) end
        redis.call('HSET', KEYS[1], 'active', ARGV[2], 'j:' .. ARGV[2], ARGV[3], 'p:' .. ARGV[2], ARGV[4])
        local fields = redis.call('HGETALL', KEYS[1])
        for i = 1, #fields, 2 do
          local id = string.match(fields[i], '^r:(.+)$')
          if id and now - tonumber(fields[i + 1]) > tonumber(ARGV[5]) then
            redis.call('HDEL', KEYS[1], 'r:' .. id, 'j:' .. id, 'p:' .. id)
          end
        end
        return ARGV[2]
        """)
}
