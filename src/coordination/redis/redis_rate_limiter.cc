#include "coordination/redis/redis_rate_limiter.h"

#include "coordination/redis/keys.h"

namespace atelier {
namespace {

/// KEYS: the key's number, the microsecond at which the allowance is whole. ARGV: requests a
/// minute. A clock that was set back locks nobody out for longer than the window.
const redis::Script& takeTokensScript() {
    static const redis::Script kScript{R"lua(
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local window = 60000000
local interval = math.floor(window / tonumber(ARGV[1]))
local full = tonumber(redis.call('GET', KEYS[1]) or now)
local begin = math.min(math.max(full, now), now + window)
local allowed = begin + interval - now <= window
full = begin
local retry = 0
if allowed then
  full = begin + interval
  redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
else
  retry = math.ceil((begin + interval - now - window) / 1000)
end
return {allowed and 1 or 0, math.floor((window - (full - now)) / interval), math.ceil((full - now) / 1000), retry}
)lua"};
    return kScript;
}

}  // namespace

Task<Result<RateState>> RedisRateLimiter::take(RateKey key, std::int64_t per_minute) {
    const auto* what = key.policy == RatePolicy::Uploads ? "uploads" : "requests";
    std::vector<std::string> keys{coordination::key(prefix_, what, key.who.str())};
    std::vector<std::string> args{std::to_string(per_minute)};
    auto reply = co_await redis_.run(takeTokensScript(), std::move(keys), std::move(args));
    if (!reply) co_return failure(std::move(reply.error()));
    const auto number = [&](std::size_t i) { return reply->items.at(i).number().value_or(0); };
    co_return RateState{number(0) == 1, number(1), Millis{number(2)}, Millis{number(3)}};
}

}  // namespace atelier
