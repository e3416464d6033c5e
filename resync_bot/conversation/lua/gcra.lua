-- The generic cell rate algorithm. A key holds its theoretical arrival time: when it will have recovered completely.
-- No window of length t admits more than burst + t / interval. Microseconds throughout.

-- How long until `key` admits one more (0: now), and its arrival time after that one.
local function gcra(key, now, interval, burst)
  local arrival = math.max(tonumber(redis.call('GET', key) or 0), now)
  return math.max(0, arrival + interval - interval * burst - now), arrival + interval
end

local function keep_arrival(key, now, arrival)
  redis.call('SET', key, whole(arrival), 'PX', whole(math.max(1, math.ceil((arrival - now) / 1000))))
end
