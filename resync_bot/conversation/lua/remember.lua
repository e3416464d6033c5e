-- Keeps what a turn has posted, for its successor. KEYS: lane. ARGV: token, turn, ref. Returns 1, or 0 if lost.
local known = redis.call('HMGET', KEYS[1], 'token', 'turn')
if known[1] ~= ARGV[1] or known[2] ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], 'ref', ARGV[3])
return 1
