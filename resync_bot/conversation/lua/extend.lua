-- Renews a hold, and the idle time of its ticket, so that nobody takes it over.
-- KEYS: lane, work. ARGV: token, lease in ms, group, consumer. Returns 1, or 0 if the hold is lost.
local known = redis.call('HMGET', KEYS[1], 'token', 'ticket')
if known[1] ~= ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], 'until', whole(now_ms() + tonumber(ARGV[2])))
-- Without its group there is nothing to be stolen through: the error is of no interest here.
redis.pcall('XCLAIM', KEYS[2], ARGV[3], ARGV[4], 0, known[2], 'JUSTID')
return 1
