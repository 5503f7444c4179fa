#include "support/redis_keys.h"

#include <cstdlib>

#include "support/run_task.h"
#include "util/uuid.h"

namespace atelier::test {
namespace {

/// Longer than any test; keys that have aged are known by it.
constexpr Millis kFrozen = std::chrono::hours{24};
constexpr Millis kLongest = std::chrono::hours{12};

}  // namespace

RedisKeys::RedisKeys()
    : prefix_{"test-" +
              Uuid::v7(std::chrono::floor<Millis>(std::chrono::system_clock::now())).str()},
      client_{
          redis::Client::open(redis::parseRedisUrl(std::getenv("ATELIER_TEST_REDIS_URL")).value())
              .value()} {}

RedisKeys::~RedisKeys() {
    for (const auto& key : keys()) ask({"DEL", key});
}

redis::Reply RedisKeys::ask(std::vector<std::string> args) {
    return runTask(client_->command(std::move(args))).value();
}

std::vector<std::string> RedisKeys::keys() {
    std::vector<std::string> found;
    for (const auto& key : ask({"KEYS", prefix_ + "*"}).items) found.push_back(key.text);
    return found;
}

void RedisKeys::age(Millis by) {
    for (const auto& key : keys()) {
        const Millis in_redis{ask({"PTTL", key}).integer};
        if (in_redis < Millis{0}) continue;
        const bool aged = in_redis > kLongest;
        const auto left = (aged ? left_[key] : Millis{std::chrono::ceil<Seconds>(in_redis)}) - by;
        left_[key] = left;
        if (left <= Millis{0}) {
            ask({"DEL", key});
        } else {
            ask({"PEXPIRE", key, std::to_string(kFrozen.count())});
        }
    }
}

}  // namespace atelier::test
