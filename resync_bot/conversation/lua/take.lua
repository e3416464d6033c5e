-- Takes the lane that a ticket stands for.
-- KEYS: lane, arrivals, work, history. ARGV: ticket, token, lease in ms, most arrivals in a turn, group
-- An empty ticket: only if `token` has it already, which is not known when the reply to an acceptance got lost.
-- Returns {'GONE'}: nothing to do any more; {'HELD'}: another worker's; or the turn.
local ticket, token, lease, most, group = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local known = redis.call('HMGET', KEYS[1], 'ticket', 'token', 'until', 'turn')
if ticket == '' then
  if known[2] ~= token then
    return {'GONE'}
  end
  ticket = known[1]
elseif known[1] ~= ticket then
  drop_ticket(KEYS[3], group, ticket)
  return {'GONE'}
end
if known[2] and known[2] ~= token and tonumber(known[3]) > now_ms() then
  return {'HELD'}
end
local first = redis.call('LINDEX', KEYS[2], 0)
if not first then
  redis.call('DEL', KEYS[1])
  drop_ticket(KEYS[3], group, ticket)
  return {'GONE'}
end
if known[4] ~= string.match(first, '^%S+') then
  start_turn(KEYS[1], KEYS[2], most)
end
return hold_turn(KEYS[1], KEYS[2], KEYS[4], token, lease)
