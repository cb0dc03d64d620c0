import Redis

/// The Lua of admission: everything that must be decided at one moment.
///
/// DESIGN. Scripts of a tenant's family and of a pool's family are separate, so that each runs in one slot of a cluster;
/// leases with expiry stand in for the missing transaction across both. All times come from TIME: no client's clock decides.
/// A session record goes admitted -> reserved -> active -> ended. `admitted` has passed the tenant's limits, `reserved` has a
/// worker, `active` has its client. Whoever writes to a session names worker and fence; others are refused. Nothing is ever
/// counted up and down: a limit is the number of members of a sorted set whose expiry lies ahead.
enum AdmissionScripts {
    /// GCRA (generic cell rate algorithm) with the parameters of the tenant's record.
    ///
    /// State: theoretical arrival time in µs.
    ///
    /// `rate_check` says how far ahead of now one more request of this cost would be, and how long it has to wait (negative or
    /// zero: not at all). `rate_store` keeps it; `rate_refund` takes the cost back. A quota of zero is no limit.
    static let rateFunctions = """
        local PERIOD = 60000000
        local function rate_check(key, quota, burst, cost, us)
          local interval = math.floor(PERIOD / quota)
          local tat = math.max(tonumber(redis.call('GET', key) or '0'), us) + interval * cost
          return tat, tat - interval * burst - us
        end
        local function rate_store(key, tat, us)
          redis.call('SET', key, string.format('%.0f', tat), 'PX', math.ceil((tat - us) / 1000) + 1)
        end
        local function rate_refund(key, quota, cost, us)
          local tat = tonumber(redis.call('GET', key) or '0') - math.floor(PERIOD / quota) * cost
          if tat > us then rate_store(key, tat, us) else redis.call('DEL', key) end
        end
        local time = redis.call('TIME')
        local us = time[1] * 1000000 + time[2]
        local ms = math.floor(us / 1000)

        """

    /// Step 1.
    ///
    /// KEYS tenant, tenant leases, key leases, session, session index, revoked token, rpm, spm. ARGV session, key,
    /// token id or '', issued (s), key's session limit, reservation (ms).
    static let admit = RedisScript(
        name: "admit",
        rateFunctions + """
            local sid, kid, jti = ARGV[1], ARGV[2], ARGV[3]
            local t = redis.call('HMGET', KEYS[1], 'status', 'l.conc', 'l.rpm', 'l.rpb', 'l.spm', 'nb', 'kr:' .. kid)
            if not t[1] then return {'missing'} end
            if t[1] ~= 'active' then return {'suspended'} end
            if t[7] then return {'revoked'} end
            if jti ~= '' then
              if t[6] and tonumber(ARGV[4]) < tonumber(t[6]) then return {'revoked'} end
              if redis.call('EXISTS', KEYS[6]) == 1 then return {'revoked'} end
            end
            local limit = tonumber(t[2] or '0')
            local s = redis.call('HMGET', KEYS[4], 'st', 'k', 'j', 'w', 'f', 'a', 'u')
            if s[1] then
              if s[1] == 'ended' or s[2] ~= kid or s[3] ~= jti then return {'conflict'} end
              return {'repeat', redis.call('ZCARD', KEYS[2]), limit, s[1], s[4] or '', s[5] or '', s[6] or '', s[7] or ''}
            end

            redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ms)
            local live = redis.call('ZCARD', KEYS[2])
            if limit > 0 and live >= limit then return {'sessions', live, limit} end
            local key_limit = tonumber(ARGV[5])
            redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ms)
            if key_limit > 0 then
              local n = redis.call('ZCARD', KEYS[3])
              if n >= key_limit then return {'sessions', n, key_limit} end
            end

            local rpm, spm = tonumber(t[3] or '0'), tonumber(t[5] or '0')
            local refused, longest, rpm_tat, spm_tat, wait = nil, 0
            if rpm > 0 then
              rpm_tat, wait = rate_check(KEYS[7], rpm, tonumber(t[4] or rpm), 1, us)
              if wait > 0 then refused, longest = 'rpm', wait end
            end
            if spm > 0 then
              spm_tat, wait = rate_check(KEYS[8], spm, spm, 1, us)
              if wait > 0 then refused, longest = refused or 'spm', math.max(longest, wait) end
            end
            if refused then return {'rate', refused, math.ceil(longest / 1000)} end

            if rpm_tat then rate_store(KEYS[7], rpm_tat, us) end
            if spm_tat then rate_store(KEYS[8], spm_tat, us) end
            local ends = ms + ARGV[6]
            redis.call('ZADD', KEYS[2], ends, sid)
            redis.call('ZADD', KEYS[3], ends, sid)
            redis.call('PEXPIRE', KEYS[3], ARGV[6] * 2, 'NX')
            redis.call('PEXPIRE', KEYS[3], ARGV[6] * 2, 'GT')
            redis.call('ZADD', KEYS[5], ms, sid)
            redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', ms - 86400000)
            redis.call('HSET', KEYS[4], 'st', 'admitted', 'k', kid, 'j', jti, 'i', ARGV[4], 'r', ms)
            redis.call('PEXPIRE', KEYS[4], ARGV[6] * 4)
            return {'ok', live + 1, limit}
            """)

    /// Takes step 1 back when step 2 found no worker.
    ///
    /// KEYS tenant, tenant leases, key leases, session, session index, rpm, spm. ARGV session. Does nothing unless the
    /// session is still `admitted`, so it cannot refund twice.
    static let release = RedisScript(
        name: "release",
        rateFunctions + """
            if redis.call('HGET', KEYS[4], 'st') ~= 'admitted' then return 0 end
            local t = redis.call('HMGET', KEYS[1], 'l.rpm', 'l.spm')
            redis.call('ZREM', KEYS[2], ARGV[1])
            redis.call('ZREM', KEYS[3], ARGV[1])
            redis.call('ZREM', KEYS[5], ARGV[1])
            redis.call('DEL', KEYS[4])
            if tonumber(t[1] or '0') > 0 then rate_refund(KEYS[6], tonumber(t[1]), 1, us) end
            if tonumber(t[2] or '0') > 0 then rate_refund(KEYS[7], tonumber(t[2]), 1, us) end
            return 1
            """)

    /// Writes the worker into an admitted session.
    ///
    /// KEYS session. ARGV worker, fence, address, public URL. Answers {'ok'}, {'bound', worker, fence, address, url} if
    /// another call was first, or {'lost'}.
    static let bind = RedisScript(
        name: "bind",
        """
        local s = redis.call('HMGET', KEYS[1], 'st', 'w', 'f', 'a', 'u')
        if not s[1] or s[1] == 'ended' then return {'lost'} end
        if s[1] ~= 'admitted' then return {'bound', s[2] or '', s[3] or '', s[4] or '', s[5] or ''} end
        redis.call('HSET', KEYS[1], 'st', 'reserved', 'w', ARGV[1], 'f', ARGV[2], 'a', ARGV[3], 'u', ARGV[4])
        return {'ok'}
        """)

    /// Step 3, the tenant's half.
    ///
    /// KEYS session, tenant leases, key leases. ARGV session, worker, fence, lease (ms).
    static let activate = RedisScript(
        name: "activate",
        """
        local time = redis.call('TIME')
        local ms = time[1] * 1000 + math.floor(time[2] / 1000)
        local s = redis.call('HMGET', KEYS[1], 'st', 'w', 'f')
        if not s[1] then return 'lost' end
        if s[1] ~= 'reserved' or s[2] ~= ARGV[2] or s[3] ~= ARGV[3] then return 'conflict' end
        if not redis.call('ZSCORE', KEYS[2], ARGV[1]) then return 'lost' end
        redis.call('ZADD', KEYS[2], 'XX', 'GT', ms + ARGV[4], ARGV[1])
        redis.call('ZADD', KEYS[3], 'GT', ms + ARGV[4], ARGV[1])
        redis.call('PEXPIRE', KEYS[3], ARGV[4] * 2)
        redis.call('HSET', KEYS[1], 'st', 'active', 'at', ms)
        redis.call('PEXPIRE', KEYS[1], ARGV[4] * 3)
        return 'ok'
        """)

    /// Step 4, the tenant's half.
    ///
    /// KEYS tenant, tenant leases, the name of a revoked token without its id, then session and key leases of each. ARGV
    /// lease (ms), worker, then session and fence of each. Answers the tenant's status, then for each session 'ok', 'gone'
    /// (may be adopted), 'fenced', or 'revoked' when its key or client secret is not good any more.
    static let renew = RedisScript(
        name: "renew",
        """
        local time = redis.call('TIME')
        local ends = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
        local t = redis.call('HMGET', KEYS[1], 'status', 'nb')
        local answer = {t[1] or ''}
        local function revoked(key, token, issued)
          if key and redis.call('HEXISTS', KEYS[1], 'kr:' .. key) == 1 then return true end
          if not token or token == '' then return false end
          if t[2] and issued and tonumber(issued) < tonumber(t[2]) then return true end
          return redis.call('EXISTS', KEYS[3] .. token) == 1
        end
        for i = 1, (#KEYS - 3) / 2 do
          local record, leases, sid = KEYS[2 * i + 2], KEYS[2 * i + 3], ARGV[2 * i + 1]
          local s = redis.call('HMGET', record, 'st', 'w', 'f', 'k', 'j', 'i')
          local result = 'ok'
          if not s[1] then
            result = 'gone'
          elseif s[2] ~= ARGV[2] or s[3] ~= ARGV[2 * i + 2] or (s[1] ~= 'active' and s[1] ~= 'reserved') then
            result = 'fenced'
          elseif revoked(s[4], s[5], s[6]) then
            result = 'revoked'
          elseif not redis.call('ZSCORE', KEYS[2], sid) then
            result = 'gone'
          else
            redis.call('ZADD', KEYS[2], 'XX', 'GT', ends, sid)
            redis.call('ZADD', leases, 'GT', ends, sid)
            redis.call('PEXPIRE', leases, ARGV[1] * 2)
            redis.call('HSET', record, 'st', 'active')
            redis.call('PEXPIRE', record, ARGV[1] * 3)
          end
          answer[i + 1] = result
        end
        return answer
        """)

    /// Puts back a session whose lease the store lost, without a limit test.
    ///
    /// KEYS session, tenant leases, key leases, index. ARGV session, key, worker, fence, lease (ms), address. Answers
    /// 'ok' or 'fenced'.
    static let adopt = RedisScript(
        name: "adopt",
        """
        local time = redis.call('TIME')
        local ms = time[1] * 1000 + math.floor(time[2] / 1000)
        local s = redis.call('HMGET', KEYS[1], 'st', 'w', 'f')
        if s[1] and (s[1] == 'ended' or s[2] ~= ARGV[3] or s[3] ~= ARGV[4]) then return 'fenced' end
        redis.call('ZADD', KEYS[2], ms + ARGV[5], ARGV[1])
        redis.call('ZADD', KEYS[3], ms + ARGV[5], ARGV[1])
        redis.call('PEXPIRE', KEYS[3], ARGV[5] * 2)
        redis.call('ZADD', KEYS[4], 'NX', ms, ARGV[1])
        redis.call('HSET', KEYS[1], 'st', 'active', 'k', ARGV[2], 'w', ARGV[3], 'f', ARGV[4], 'a', ARGV[6])
        redis.call('HSETNX', KEYS[1], 'j', '')
        redis.call('PEXPIRE', KEYS[1], ARGV[5] * 3)
        return 'ok'
        """)

    /// Step 5, the tenant's half.
    ///
    /// KEYS session, tenant leases, key leases, index. ARGV session, worker, fence, reason, keep (ms). 1 unless the
    /// session belongs to somebody else.
    static let end = RedisScript(
        name: "end",
        """
        local s = redis.call('HMGET', KEYS[1], 'st', 'w', 'f')
        if s[1] and (s[2] ~= ARGV[2] or s[3] ~= ARGV[3]) then return 0 end
        redis.call('ZREM', KEYS[2], ARGV[1])
        redis.call('ZREM', KEYS[3], ARGV[1])
        redis.call('ZREM', KEYS[4], ARGV[1])
        if s[1] and s[1] ~= 'ended' then
          redis.call('HSET', KEYS[1], 'st', 'ended', 'why', ARGV[4], 'et', redis.call('TIME')[1])
          redis.call('PEXPIRE', KEYS[1], ARGV[5])
        end
        return 1
        """)

    /// A plain request.
    ///
    /// KEYS tenant, rpm, revoked token. ARGV key, cost, token id or '', issued (s).
    static let charge = RedisScript(
        name: "charge",
        rateFunctions + """
            local t = redis.call('HMGET', KEYS[1], 'status', 'l.rpm', 'l.rpb', 'nb', 'kr:' .. ARGV[1])
            if not t[1] then return {'missing'} end
            if t[1] ~= 'active' then return {'suspended'} end
            if t[5] then return {'revoked'} end
            if ARGV[3] ~= '' then
              if t[4] and tonumber(ARGV[4]) < tonumber(t[4]) then return {'revoked'} end
              if redis.call('EXISTS', KEYS[3]) == 1 then return {'revoked'} end
            end
            local quota, cost = tonumber(t[2] or '0'), tonumber(ARGV[2])
            if quota == 0 then return {'ok', 0, 0, 0} end
            local burst = tonumber(t[3] or quota)
            if cost > burst then return {'cost', burst} end
            local tat, wait = rate_check(KEYS[2], quota, burst, cost, us)
            if wait > 0 then return {'rate', 'rpm', math.ceil(wait / 1000)} end
            rate_store(KEYS[2], tat, us)
            return {'ok', quota, burst, string.format('%.0f', tat - us)}
            """)
}
