#include "coordination/redis/redis_attempt_limiter.h"

#include "coordination/redis/keys.h"
#include "util/encoding.h"

namespace atelier {
namespace {

/// KEYS: a key's attempts. ARGV: how many may be, the window in milliseconds. Answers the
/// milliseconds to wait, 0 for none; only then the attempt is counted.
const redis::Script& takeScript() {
    static const redis::Script kScript{R"lua(
if tonumber(redis.call('GET', KEYS[1]) or 0) >= tonumber(ARGV[1]) then
    return math.max(redis.call('PTTL', KEYS[1]), 1)
end
if redis.call('INCR', KEYS[1]) == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
)lua"};
    return kScript;
}

/// KEYS: a key's attempts.
const redis::Script& giveBackScript() {
    static const redis::Script kScript{R"lua(
local attempts = tonumber(redis.call('GET', KEYS[1]) or 0)
if attempts > 1 then redis.call('DECR', KEYS[1]) else redis.call('DEL', KEYS[1]) end
return 0
)lua"};
    return kScript;
}

}  // namespace

std::string RedisAttemptLimiter::keyOf(const std::string& key) const {
    return coordination::key(prefix_, "attempts", toBase64Url(sha256(key)));
}

Task<Result<std::optional<Millis>>> RedisAttemptLimiter::take(std::string key) {
    std::vector<std::string> keys{keyOf(key)};
    std::vector<std::string> args{std::to_string(attempts_), std::to_string(window_.count())};
    auto reply = co_await redis_.run(takeScript(), std::move(keys), std::move(args));
    if (!reply) co_return failure(std::move(reply.error()));
    const auto wait = reply->number().value_or(0);
    co_return wait > 0 ? std::optional{Millis{wait}} : std::nullopt;
}

Task<Result<>> RedisAttemptLimiter::giveBack(std::string key) {
    std::vector<std::string> keys{keyOf(key)};
    std::vector<std::string> args;
    auto reply = co_await redis_.run(giveBackScript(), std::move(keys), std::move(args));
    if (!reply) co_return failure(std::move(reply.error()));
    co_return Result<>{};
}

Task<Result<>> RedisAttemptLimiter::forget(std::string key) {
    std::vector<std::string> args{"DEL", keyOf(key)};
    auto reply = co_await redis_.command(std::move(args));
    if (!reply) co_return failure(std::move(reply.error()));
    co_return Result<>{};
}

}  // namespace atelier
