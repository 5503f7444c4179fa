#pragma once

#include <memory>

#include "config/settings.h"
#include "ports/attempt_limiter.h"
#include "ports/event_bus.h"
#include "ports/rate_limiter.h"
#include "ports/slot_leases.h"
#include "ports/turns.h"
#include "redis/client.h"
#include "telemetry/metrics.h"
#include "util/clock.h"

namespace atelier {

/// The connection over which processes agree; null without REDIS_URL. Blocking. Errors: NotReady,
/// ValidationFailed.
Result<std::unique_ptr<redis::Client>> openSharedRedis(const RedisSettings& settings);

/// What processes on the same stores agree on: in Redis when there is one, else within this
/// process.
struct Coordination {
    /// `redis` may be null; all three outlive this.
    Coordination(const Settings& settings, redis::Client* redis, Metrics& metrics, Clock& clock);

    std::unique_ptr<EventBus> events;
    std::unique_ptr<RateLimiter> requests;
    std::unique_ptr<Turns> turns;
    std::unique_ptr<SlotLeases> slots;  ///< null: this process alone submits to the provider
};

/// Of failed logins; see `Coordination`.
std::unique_ptr<AttemptLimiter> loginLimiter(const Settings& settings, redis::Client* redis,
                                             Metrics& metrics, const Clock& clock);
/// Of new accounts; null: there may be any number.
std::unique_ptr<AttemptLimiter> registrationLimiter(const Settings& settings, redis::Client* redis,
                                                    Metrics& metrics, const Clock& clock);

}  // namespace atelier
