-- Gives an unfinished lane to whoever is free, at once and without counting the attempt.
-- KEYS: lane, work. ARGV: ticket or '' for the one that goes with the token, token, group, place.
-- Returns 1, or 0 if another worker holds it.
local known = redis.call('HMGET', KEYS[1], 'ticket', 'token', 'until')
local ticket = ARGV[1]
if ticket == '' then
  if known[2] ~= ARGV[2] then
    return 0
  end
  ticket = known[1]
end
if known[1] == ticket then
  if known[2] == ARGV[2] then
    redis.call('HINCRBY', KEYS[1], 'attempts', -1)
  elseif known[2] and tonumber(known[3]) > now_ms() then
    return 0
  end
  redis.call('HDEL', KEYS[1], 'token', 'until')
  redis.call('HSET', KEYS[1], 'ticket', redis.call('XADD', KEYS[2], '*', 'place', ARGV[4]))
end
drop_ticket(KEYS[2], ARGV[3], ticket)
return 1
