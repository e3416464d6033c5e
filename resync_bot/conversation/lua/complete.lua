-- Ends a turn: its arrivals leave the lane and its exchange enters the history, then the next turn begins, or the lane
-- is released because it is empty. All in one step: nothing can arrive in between unnoticed.
-- KEYS: lane, arrivals, work, history
-- ARGV: token, turn, lease in ms, most arrivals in a turn, group, place, 1 to go on or 0 to let another worker go on,
--       exchange or '', exchanges to keep, milliseconds to keep them
-- Returns {'LOST'}, {'RELEASED'} or the next turn.
local token, turn, group = ARGV[1], ARGV[2], ARGV[5]
local known = redis.call('HMGET', KEYS[1], 'token', 'turn', 'size', 'ticket')
if known[1] ~= token then
  return {'LOST'}
end
local is_first = known[2] == turn -- else it was done before, and only the reply got lost on its way
local left = redis.call('LLEN', KEYS[2])
if is_first then
  left = left - known[3]
  if ARGV[8] ~= '' then
    if redis.call('RPUSH', KEYS[4], ARGV[8]) > tonumber(ARGV[9]) then
      redis.call('LTRIM', KEYS[4], -ARGV[9], -1)
    end
    redis.call('PEXPIRE', KEYS[4], ARGV[10])
  end
end
if left <= 0 then
  redis.call('DEL', KEYS[1], KEYS[2])
  drop_ticket(KEYS[3], group, known[4])
  return {'RELEASED'}
end
if is_first then
  redis.call('LTRIM', KEYS[2], known[3], -1)
end
if ARGV[7] == '0' then
  redis.call('DEL', KEYS[1])
  drop_ticket(KEYS[3], group, known[4])
  redis.call('HSET', KEYS[1], 'ticket', redis.call('XADD', KEYS[3], '*', 'place', ARGV[6]))
  return {'RELEASED'}
end
if is_first then
  start_turn(KEYS[1], KEYS[2], tonumber(ARGV[4]))
  redis.call('HSET', KEYS[1], 'attempts', 1)
end
return hold_turn(KEYS[1], KEYS[2], KEYS[4], token, tonumber(ARGV[3]))
