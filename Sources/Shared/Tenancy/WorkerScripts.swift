import Redis

/// The Lua of the worker registry and of slots; every script stays in one pool's family.
enum WorkerScripts {
    /// Step 2.
    ///
    /// KEYS worker and slots of each candidate in order of preference. ARGV slot, reservation (ms), longest silence
    /// (ms). Answers {'ok', index from 1, fence} or {'full', why not the last one}.
    static let reserve = RedisScript(
        name: "reserve",
        """
        local time = redis.call('TIME')
        local ms = time[1] * 1000 + math.floor(time[2] / 1000)
        local why = 'none'
        for i = 1, #KEYS, 2 do
          local w = redis.call('HMGET', KEYS[i], 'st', 'cap', 'hb')
          if not w[1] or not w[3] then
            why = 'unknown'
          elseif w[1] ~= 'ready' then
            why = 'draining'
          elseif ms - tonumber(w[3]) > tonumber(ARGV[3]) then
            why = 'silent'
          else
            redis.call('ZREMRANGEBYSCORE', KEYS[i + 1], '-inf', ms)
            local known = redis.call('ZSCORE', KEYS[i + 1], ARGV[1])
            if known or redis.call('ZCARD', KEYS[i + 1]) < tonumber(w[2]) then
              local fence = math.max(tonumber(redis.call('HGET', KEYS[i], 'f') or '0') + 1, ms)
              redis.call('HSET', KEYS[i], 'f', string.format('%.0f', fence))
              redis.call('ZADD', KEYS[i + 1], 'GT', ms + ARGV[2], ARGV[1])
              return {'ok', (i + 1) / 2, string.format('%.0f', fence)}
            end
            why = 'full'
          end
        end
        return {'full', why}
        """)

    /// Extends slots.
    ///
    /// KEYS slots. ARGV lease (ms), then the slots. Answers 1 or 0 (it is gone) for each.
    static let extend = RedisScript(
        name: "extend slots",
        """
        local time = redis.call('TIME')
        local ends = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
        local answer = {}
        for i = 2, #ARGV do
          redis.call('ZADD', KEYS[1], 'XX', 'GT', ends, ARGV[i])
          answer[i - 1] = redis.call('ZSCORE', KEYS[1], ARGV[i]) and 1 or 0
        end
        return answer
        """)

    /// Takes slots without asking for room: for sessions the worker serves already.
    ///
    /// KEYS slots. ARGV lease (ms), slots.
    static let take = RedisScript(
        name: "take slots",
        """
        local time = redis.call('TIME')
        local ends = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
        for i = 2, #ARGV do redis.call('ZADD', KEYS[1], 'GT', ends, ARGV[i]) end
        return #ARGV - 1
        """)

    /// A sign of life that also registers.
    ///
    /// KEYS worker, slots, index. ARGV id, address, url, capacity, keep (ms), forced state or ''. Answers the worker's
    /// state.
    static let beat = RedisScript(
        name: "heartbeat",
        """
        local time = redis.call('TIME')
        local ms = time[1] * 1000 + math.floor(time[2] / 1000)
        if ARGV[6] ~= '' then redis.call('HSET', KEYS[1], 'st', ARGV[6]) else redis.call('HSETNX', KEYS[1], 'st', 'ready') end
        redis.call('HSET', KEYS[1], 'addr', ARGV[2], 'url', ARGV[3], 'cap', ARGV[4], 'hb', ms)
        redis.call('PEXPIRE', KEYS[1], ARGV[5])
        redis.call('PEXPIRE', KEYS[2], ARGV[5])
        redis.call('ZADD', KEYS[3], ms, ARGV[1])
        redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ms - ARGV[5])
        return redis.call('HGET', KEYS[1], 'st')
        """)

    /// KEYS worker.
    ///
    /// ARGV state. 1 if there is such a worker.
    static let setState = RedisScript(
        name: "set worker state",
        """
        if redis.call('HEXISTS', KEYS[1], 'st') == 0 then return 0 end
        redis.call('HSET', KEYS[1], 'st', ARGV[1])
        return 1
        """)

    /// KEYS worker, slots, index.
    ///
    /// ARGV id.
    static let remove = RedisScript(
        name: "remove worker",
        """
        redis.call('ZREM', KEYS[3], ARGV[1])
        return redis.call('DEL', KEYS[1], KEYS[2])
        """)

    /// The workers heard of lately.
    ///
    /// KEYS index, then the names of a worker record and of a slot set without their id. ARGV longest silence (ms),
    /// most workers. Answers one array each: id, address, url, capacity, state, used, silence (ms).
    static let list = RedisScript(
        name: "list workers",
        """
        local time = redis.call('TIME')
        local ms = time[1] * 1000 + math.floor(time[2] / 1000)
        local answer = {}
        for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], ms - ARGV[1], '+inf', 'LIMIT', 0, ARGV[2])) do
          local w = redis.call('HMGET', KEYS[2] .. id, 'addr', 'url', 'cap', 'st', 'hb')
          if w[1] then
            local used = redis.call('ZCOUNT', KEYS[3] .. id, '(' .. ms, '+inf')
            answer[#answer + 1] = {id, w[1], w[2] or '', w[3], w[4], used, ms - tonumber(w[5])}
          end
        end
        return answer
        """)
}
