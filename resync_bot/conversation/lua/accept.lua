-- Claims, limits and enqueues one Incoming in one step.
-- KEYS: seen delivery, seen message, person's rate, its "told" mark, place's rate, its "told" mark, lane, arrivals, work
-- ARGV: id, stored Incoming, place, seconds to remember it, person's interval and burst, place's interval and burst
-- (an interval of 0: no limit)
-- Returns {'DUPLICATE'}, {'LIMITED', wait in microseconds, 1 if to be told} or {'ACCEPTED'}.
if redis.call('EXISTS', KEYS[1], KEYS[2]) > 0 then
  return {'DUPLICATE'}
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[4])
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[4])

local now = now_us()
local person_interval, place_interval = tonumber(ARGV[5]), tonumber(ARGV[7])
local person_wait, place_wait, person_arrival, place_arrival = 0, 0, 0, 0
if person_interval > 0 then
  person_wait, person_arrival = gcra(KEYS[3], now, person_interval, tonumber(ARGV[6]))
end
if place_interval > 0 then
  place_wait, place_arrival = gcra(KEYS[5], now, place_interval, tonumber(ARGV[8]))
end
local wait = math.max(person_wait, place_wait)
if wait > 0 then
  local mark = person_wait >= place_wait and KEYS[4] or KEYS[6]
  local told = redis.call('SET', mark, 1, 'NX', 'PX', whole(math.ceil(wait / 1000)))
  return {'LIMITED', whole(wait), told and 1 or 0}
end
if person_interval > 0 then
  keep_arrival(KEYS[3], now, person_arrival)
end
if place_interval > 0 then
  keep_arrival(KEYS[5], now, place_arrival)
end

redis.call('RPUSH', KEYS[8], ARGV[1] .. ' ' .. whole(math.floor(now / 1000)) .. ' ' .. ARGV[2])
if redis.call('HEXISTS', KEYS[7], 'ticket') == 0 then
  redis.call('HSET', KEYS[7], 'ticket', redis.call('XADD', KEYS[9], '*', 'place', ARGV[3]))
end
return {'ACCEPTED'}
