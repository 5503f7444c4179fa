#include "coordination/redis/redis_turns.h"

#include "coordination/redis/keys.h"

namespace atelier {
namespace {

/// KEYS: the turn. ARGV: who asks, for how many milliseconds.
const redis::Script& takeTurnScript() {
    static const redis::Script kScript{R"lua(
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
)lua"};
    return kScript;
}

/// KEYS: the turn. ARGV: whose it was.
const redis::Script& endTurnScript() {
    static const redis::Script kScript{R"lua(
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
)lua"};
    return kScript;
}

}  // namespace

Task<bool> RedisTurns::take(std::string what, Millis hold) {
    std::vector<std::string> keys{coordination::key(prefix_, "turn", what)};
    std::vector<std::string> args{self_, std::to_string(hold.count())};
    auto reply = co_await redis_.run(takeTurnScript(), std::move(keys), std::move(args));
    co_return !reply || reply->number() == 1;
}

Task<> RedisTurns::end(std::string what) {
    std::vector<std::string> keys{coordination::key(prefix_, "turn", what)};
    std::vector<std::string> args{self_};
    auto reply = co_await redis_.run(endTurnScript(), std::move(keys), std::move(args));
    (void)reply;  // else it ends by itself
}

}  // namespace atelier
