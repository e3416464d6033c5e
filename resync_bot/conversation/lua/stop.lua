-- Asks the lane's running turn to end. KEYS: lane. Returns 1, or 0 if none is running.
local known = redis.call('HMGET', KEYS[1], 'turn', 'token')
if not (known[1] and known[2]) then
  return 0
end
redis.call('HSET', KEYS[1], 'stop', known[1])
return 1
