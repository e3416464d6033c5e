-- Takes one notice whose signature is right: claims the signature, keeps the pace and appends, in one step. What is
-- refused for its pace is not claimed, so that it may come again as it is.
-- KEYS: seen signature, rate, notices
-- ARGV: stored notice, seconds to remember the signature, interval and burst of the rate, notices kept at most
-- Returns {'REPLAYED'}, {'LIMITED', wait in microseconds} or {'ACCEPTED', old notices dropped for this one}.
if redis.call('EXISTS', KEYS[1]) == 1 then
  return {'REPLAYED'}
end
local now = now_us()
local wait, arrival = gcra(KEYS[2], now, tonumber(ARGV[3]), tonumber(ARGV[4]))
if wait > 0 then
  return {'LIMITED', whole(wait)}
end
keep_arrival(KEYS[2], now, arrival)
redis.call('SET', KEYS[1], 1, 'EX', ARGV[2])
local before = redis.call('XLEN', KEYS[3])
redis.call('XADD', KEYS[3], 'MAXLEN', ARGV[5], '*', 'notice', ARGV[1])
return {'ACCEPTED', before + 1 - redis.call('XLEN', KEYS[3])}
