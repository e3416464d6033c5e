-- Claims, limits and enqueues one Incoming in one step. If whoever hands it in has a free hand, and it is the next
-- work of all, the lane is taken in the same step; if other work waits longer, a ticket of that is given instead.
-- KEYS: seen delivery, seen message, person's rate, its "told" mark, place's rate, its "told" mark, lane, arrivals,
-- work, history, a note to be kept (or the lane again)
-- ARGV: id, stored Incoming, place, seconds to remember it, person's interval and burst, place's interval and burst
-- (an interval of 0: no limit), note's text or '', seconds to keep it, group, free consumer or '', its token,
-- its lease in ms
-- Returns {'DUPLICATE'}, {'LIMITED', wait in microseconds, 1 if to be told}, {'ACCEPTED'}, {'TAKEN', ticket, history}
-- or {'READ', ticket, place} of another lane.
local function is_new(key)
  return redis.call('SET', key, ARGV[1], 'NX', 'EX', ARGV[4])
end
if not (is_new(KEYS[1]) and (KEYS[2] == KEYS[1] or is_new(KEYS[2]))) then
  return {'DUPLICATE'}
end

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

if ARGV[9] ~= '' then
  redis.call('SET', KEYS[11], ARGV[9], 'EX', ARGV[10])
end
local now_in_ms = math.floor(now / 1000)
redis.call('RPUSH', KEYS[8], ARGV[1] .. ' ' .. whole(now_in_ms) .. ' ' .. ARGV[2])
if redis.call('HEXISTS', KEYS[7], 'ticket') == 1 then
  return {'ACCEPTED'}
end
local ticket = redis.call('XADD', KEYS[9], '*', 'place', ARGV[3])
-- Without its group nothing can be read: the worker makes it, and finds this ticket then.
local read = ARGV[12] ~= ''
  and redis.pcall('XREADGROUP', 'GROUP', ARGV[11], ARGV[12], 'COUNT', 1, 'STREAMS', KEYS[9], '>')
local entry = read and not read.err and read[1][2][1]
if entry and entry[1] == ticket then
  take_new(KEYS[7], ticket, ARGV[1], ARGV[13], now_in_ms + tonumber(ARGV[14]))
  return {'TAKEN', ticket, redis.call('LRANGE', KEYS[10], 0, -1)}
end
redis.call('HSET', KEYS[7], 'ticket', ticket)
if entry then
  return {'READ', entry[1], entry[2][2]}
end
return {'ACCEPTED'}
