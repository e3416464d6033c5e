-- Replaces or removes a message that waits in its lane. What belongs to a turn that has begun stays as it is: its
-- answer may be posted already. KEYS: lane, arrivals. ARGV: message id, stored Incoming or '' to remove it.
-- Returns 1, or 0 if no such message waits.
local begun = tonumber(redis.call('HGET', KEYS[1], 'size') or 0)
for index, arrival in ipairs(redis.call('LRANGE', KEYS[2], begun, -1)) do
  local head, incoming = string.match(arrival, '^(%S+ %S+ )(.*)$')
  if cjson.decode(incoming).message_id == ARGV[1] then
    local position = begun + index - 1
    if ARGV[2] == '' then
      redis.call('LSET', KEYS[2], position, '')
      redis.call('LREM', KEYS[2], 1, '')
    else
      redis.call('LSET', KEYS[2], position, head .. ARGV[2])
    end
    return 1
  end
end
return 0
