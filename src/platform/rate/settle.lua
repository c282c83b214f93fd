-- Counts all charges or none, and answers how long each has to wait. ARGV: the time (0: this server's own), then of each key by how
-- much a charge moves its moment on, and how far ahead that may be. All in microseconds, which a double holds exactly.
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local waits, moments, refused = {}, {}, false
for i, key in ipairs(KEYS) do
  local takes, room = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local known = tonumber(redis.call('GET', key) or 0) or 0
  moments[i] = math.min(math.max(known, now), now + room) + takes
  waits[i] = math.max(moments[i] - now - room, 0)
  refused = refused or waits[i] > 0
end
if not refused then
  for i, key in ipairs(KEYS) do
    local lives = math.ceil((moments[i] - now) / 1000)
    redis.call('SET', key, string.format('%.0f', moments[i]), 'PX', lives + 1)
  end
end
return waits
