-- A lane is a hash. `ticket`: its entry in the work stream; a lane with work always has one. While a worker has it,
-- `token` names that hold of it and `until` its end in milliseconds. A turn adds `turn`, its id, which is the id of its
-- first arrival; `size`, how many arrivals belong to it; `attempts`, how often it was begun; `ref`, what it posted;
-- `stop`, the id of the turn that somebody asked to end.

-- A lane that had no work, taken with its first arrival.
local function take_new(lane, ticket, turn, token, ends)
  redis.call('HSET', lane, 'ticket', ticket, 'turn', turn, 'size', 1, 'attempts', 1, 'token', token,
    'until', whole(ends))
end

local function start_turn(lane, arrivals, most)
  local size = math.min(redis.call('LLEN', arrivals), most)
  local turn = string.match(redis.call('LINDEX', arrivals, 0), '^%S+')
  redis.call('HDEL', lane, 'ref')
  redis.call('HSET', lane, 'turn', turn, 'size', size, 'attempts', 0)
end

-- Gives the lane's present turn to the holder of `token`. Beginning it again with the same token is not a new attempt.
local function hold_turn(lane, arrivals, history, token, lease)
  if redis.call('HGET', lane, 'token') ~= token then
    redis.call('HINCRBY', lane, 'attempts', 1)
  end
  local now = now_ms()
  redis.call('HSET', lane, 'token', token, 'until', whole(now + lease))
  local known = redis.call('HMGET', lane, 'turn', 'size', 'attempts', 'ref')
  return {'TURN', known[1], known[3], known[4] or '', whole(now),
    redis.call('LRANGE', arrivals, 0, known[2] - 1), redis.call('LRANGE', history, 0, -1)}
end

local function drop_ticket(work, group, ticket)
  redis.call('XACK', work, group, ticket)
  redis.call('XDEL', work, ticket)
end
