-- One message for a channel. KEYS: the channel's rate. ARGV: interval, burst, and how:
-- 'reserve' takes the next free moment whenever that is, 'try' takes it only if it is now, 'delay' takes none and
-- keeps everybody away for ARGV[4] microseconds. Returns the wait in microseconds.
local now = now_us()
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
if ARGV[3] == 'delay' then
  local arrival = now + tonumber(ARGV[4]) + interval * (burst - 1)
  keep_arrival(KEYS[1], now, math.max(arrival, tonumber(redis.call('GET', KEYS[1]) or 0)))
  return 0
end
local wait, arrival = gcra(KEYS[1], now, interval, burst)
if wait == 0 or ARGV[3] == 'reserve' then
  keep_arrival(KEYS[1], now, arrival)
end
return wait
