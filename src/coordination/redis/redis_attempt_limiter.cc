#include "coordination/redis/redis_attempt_limiter.h"

#include "coordination/redis/keys.h"
#include "util/encoding.h"

namespace atelier {
namespace {

/// KEYS: a key's attempts, a hash of how many `failed` and how many are `running`. ARGV: how many
/// may be, the window in milliseconds, the wait while others run. Answers the milliseconds to wait,
/// 0 for none; only then the attempt is counted.
const redis::Script& takeScript() {
    static const redis::Script kScript{R"lua(
local failed = tonumber(redis.call('HGET', KEYS[1], 'failed') or 0)
local running = tonumber(redis.call('HGET', KEYS[1], 'running') or 0)
if failed >= tonumber(ARGV[1]) then return math.max(redis.call('PTTL', KEYS[1]), 1) end
if failed + running >= tonumber(ARGV[1]) then return tonumber(ARGV[3]) end
redis.call('HINCRBY', KEYS[1], 'running', 1)
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
)lua"};
    return kScript;
}

/// KEYS: a key's attempts. ARGV: 1 when it failed, else 0; the window in milliseconds.
const redis::Script& endScript() {
    static const redis::Script kScript{R"lua(
if redis.call('HINCRBY', KEYS[1], 'running', -1) < 0 then redis.call('HSET', KEYS[1], 'running', 0) end
local failed = redis.call('HINCRBY', KEYS[1], 'failed', ARGV[1])
if failed == 0 and redis.call('HGET', KEYS[1], 'running') == '0' then
    redis.call('DEL', KEYS[1])
elseif redis.call('PTTL', KEYS[1]) < 0 then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 0
)lua"};
    return kScript;
}

}  // namespace

std::string RedisAttemptLimiter::keyOf(const std::string& key) const {
    return coordination::key(prefix_, "tries", toBase64Url(sha256(key)));
}

Task<Result<std::optional<Millis>>> RedisAttemptLimiter::take(std::string key) {
    std::vector<std::string> keys{keyOf(key)};
    std::vector<std::string> args{std::to_string(attempts_), std::to_string(window_.count()),
                                  std::to_string(kWhileOthersRun.count())};
    auto reply = co_await redis_.run(takeScript(), std::move(keys), std::move(args));
    if (!reply) co_return failure(std::move(reply.error()));
    const auto wait = reply->number().value_or(0);
    co_return wait > 0 ? std::optional{Millis{wait}} : std::nullopt;
}

Task<Result<>> RedisAttemptLimiter::noteFailure(std::string key) {
    return end(std::move(key), /*failed=*/true);
}

Task<Result<>> RedisAttemptLimiter::giveBack(std::string key) {
    return end(std::move(key), /*failed=*/false);
}

Task<Result<>> RedisAttemptLimiter::end(std::string key, bool failed) {
    std::vector<std::string> keys{keyOf(key)};
    std::vector<std::string> args{failed ? "1" : "0", std::to_string(window_.count())};
    auto reply = co_await redis_.run(endScript(), std::move(keys), std::move(args));
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
