-- The server's clock: one for all replicas, whatever their own clocks say. Microseconds since 1970 as a number, which
-- a double holds exactly; `whole` writes such a number without an exponent.
local function now_us()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end

local function now_ms()
  return math.floor(now_us() / 1000)
end

local function whole(number)
  return string.format('%.0f', number)
end
