-- One call to a channel. KEYS: the log of its calls (their moments, the newest first), until when nobody may call, and
-- perhaps a mark to be kept with it.
-- ARGV: how, microseconds of a delay, seconds to keep the mark, then of each window its length in microseconds and the
-- calls that it takes.
-- 'reserve' takes the first moment that no window forbids, whenever that is; 'try' takes it only if it is now, and of
-- each window leaves a quarter to those who reserve; 'delay' takes none and keeps everybody away for ARGV[2].
-- Returns {wait in microseconds, 1 if the mark is new}.
--
-- Moments never decrease, and each lies a window's length after the one that stood as many places before it as the
-- window takes calls. So no stretch of time of that length ever holds more, wherever it begins.
local now = now_us()
if ARGV[1] == 'delay' then
  local ends = now + tonumber(ARGV[2])
  if ends > tonumber(redis.call('GET', KEYS[2]) or 0) then
    redis.call('SET', KEYS[2], whole(ends), 'PX', whole(math.max(1, math.ceil((ends - now) / 1000))))
  end
  return {0, 0}
end

local newest = redis.call('LINDEX', KEYS[1], 0)
local moment = math.max(now, tonumber(redis.call('GET', KEYS[2]) or 0), tonumber(newest or 0))
local longest, most = 0, 0
for window = 4, #ARGV, 2 do
  local length, calls = tonumber(ARGV[window]), tonumber(ARGV[window + 1])
  longest, most = math.max(longest, length), math.max(most, calls)
  if ARGV[1] == 'try' then
    calls = calls - math.floor(calls / 4)
  end
  local before = newest and (calls == 1 and newest or redis.call('LINDEX', KEYS[1], calls - 1))
  if before then
    moment = math.max(moment, tonumber(before) + length)
  end
end

if moment == now or ARGV[1] == 'reserve' then
  if redis.call('LPUSH', KEYS[1], whole(moment)) > most then
    redis.call('LTRIM', KEYS[1], 0, most - 1)
  end
  redis.call('PEXPIRE', KEYS[1], whole(math.ceil((moment - now + longest) / 1000)))
end
local is_first = KEYS[3] and redis.call('SET', KEYS[3], 1, 'NX', 'EX', ARGV[3])
return {moment - now, is_first and 1 or 0}
