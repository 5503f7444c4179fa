#include "app/coordination.h"

#include "coordination/redis/redis_attempt_limiter.h"
#include "coordination/redis/redis_event_bus.h"
#include "coordination/redis/redis_rate_limiter.h"
#include "coordination/redis/redis_slot_leases.h"
#include "coordination/redis/redis_turns.h"
#include "service/auth/local_attempt_limiter.h"
#include "service/fallback_limits.h"
#include "service/local_event_bus.h"
#include "service/local_rate_limiter.h"
#include "service/local_turns.h"

namespace atelier {
namespace {

/// Requests wait for an answer of Redis; rather count them here than let them wait long.
constexpr Millis kTimeout{1'000};
constexpr Millis kLoginWindow = std::chrono::minutes{15};
constexpr Millis kRegistrationWindow = std::chrono::hours{1};

}  // namespace

Result<std::unique_ptr<redis::Client>> openSharedRedis(const RedisSettings& settings) {
    if (!settings.url) return nullptr;
    auto url = redis::parseRedisUrl(*settings.url);
    if (!url) return failure(std::move(url.error()));
    return redis::Client::open(std::move(*url),
                               {.name = "atelier-coordination", .timeout = kTimeout});
}

Coordination::Coordination(const Settings& settings, redis::Client* redis, Metrics& metrics,
                           Clock& clock) {
    auto local = std::make_unique<LocalRateLimiter>(clock);
    if (redis == nullptr) {
        events = std::make_unique<LocalEventBus>();
        requests = std::move(local);
        turns = std::make_unique<LocalTurns>();
        return;
    }
    const auto& prefix = settings.redis.queue_prefix;
    const auto self = Uuid::v7(clock.now()).str();
    events = std::make_unique<RedisEventBus>(*redis, prefix, self);
    requests = std::make_unique<FallbackRateLimiter>(
        std::make_unique<RedisRateLimiter>(*redis, prefix), std::move(local), clock,
        [&metrics] { metrics.countedLocally(SharedLimit::Requests); });
    turns = std::make_unique<RedisTurns>(*redis, prefix, self);
    // A job of a dead worker is found within two leases; until then its tasks count.
    slots = std::make_unique<RedisSlotLeases>(*redis, prefix, 2 * settings.worker.lease, clock);
}

std::unique_ptr<AttemptLimiter> loginLimiter(const Settings& settings, redis::Client* redis,
                                             Metrics& metrics, const Clock& clock) {
    const auto attempts = static_cast<int>(settings.auth.login_attempts);
    auto local = std::make_unique<LocalAttemptLimiter>(attempts, kLoginWindow, clock);
    if (redis == nullptr) return local;
    auto shared = std::make_unique<RedisAttemptLimiter>(*redis, settings.redis.queue_prefix,
                                                        attempts, kLoginWindow);
    return std::make_unique<FallbackAttemptLimiter>(
        std::move(shared), std::move(local), clock,
        [&metrics] { metrics.countedLocally(SharedLimit::Logins); });
}

std::unique_ptr<AttemptLimiter> registrationLimiter(const Settings& settings, redis::Client* redis,
                                                    Metrics& metrics, const Clock& clock) {
    const auto most = static_cast<int>(settings.auth.registrations_per_hour);
    if (most == 0) return nullptr;
    auto local = std::make_unique<LocalAttemptLimiter>(most, kRegistrationWindow, clock);
    if (redis == nullptr) return local;
    auto shared = std::make_unique<RedisAttemptLimiter>(*redis, settings.redis.queue_prefix, most,
                                                        kRegistrationWindow);
    return std::make_unique<FallbackAttemptLimiter>(
        std::move(shared), std::move(local), clock,
        [&metrics] { metrics.countedLocally(SharedLimit::Registrations); });
}

}  // namespace atelier
