#include "coordination/redis/slot_scripts.h"

#include <string>

namespace atelier::coordination {
namespace {

/// What the scripts begin with. A pool that nobody touches any more is forgotten.
const std::string kCommon = R"lua(
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local function hold(pool, holder, lease)
  redis.call('ZADD', pool, now + lease, holder)
  redis.call('PEXPIRE', pool, 2 * lease)
end
)lua";

redis::Script script(const char* rest) {
    return redis::Script{kCommon + rest};
}

}  // namespace

const redis::Script& takeSlots() {
    static const auto kScript = script(R"lua(
local holder, lease = ARGV[1], tonumber(ARGV[2])
for i, pool in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', pool, '-inf', now)
  local full = redis.call('ZCARD', pool) >= tonumber(ARGV[2 + i])
  if full and not redis.call('ZSCORE', pool, holder) then return 0 end
end
for _, pool in ipairs(KEYS) do hold(pool, holder, lease) end
return 1
)lua");
    return kScript;
}

const redis::Script& renewSlots() {
    static const auto kScript = script(R"lua(
for i = 2, #ARGV do hold(KEYS[1], ARGV[i], tonumber(ARGV[1])) end
return #ARGV - 1
)lua");
    return kScript;
}

const redis::Script& renameSlots() {
    static const auto kScript = script(R"lua(
for _, pool in ipairs(KEYS) do
  redis.call('ZREM', pool, ARGV[1])
  hold(pool, ARGV[2], tonumber(ARGV[3]))
end
return 1
)lua");
    return kScript;
}

const redis::Script& giveSlots() {
    static const auto kScript = script(R"lua(
local given = 0
for _, pool in ipairs(KEYS) do given = given + redis.call('ZREM', pool, ARGV[1]) end
if given > 0 then redis.call('PUBLISH', ARGV[2], 'free') end
return given
)lua");
    return kScript;
}

}  // namespace atelier::coordination
