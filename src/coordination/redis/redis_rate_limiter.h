#pragma once

#include "ports/rate_limiter.h"
#include "redis/client.h"

namespace atelier {

/// Counts for all processes, by the generic cell rate algorithm (ITU-T I.371) on Redis' own clock:
/// one number for each key, which Redis forgets once the whole allowance is there again. Fails with
/// NotReady while Redis is away.
class RedisRateLimiter final : public RateLimiter {
  public:
    /// `redis` outlives this.
    RedisRateLimiter(redis::Client& redis, std::string prefix)
        : redis_{redis}, prefix_{std::move(prefix)} {}

    Task<Result<RateState>> take(RateKey key, std::int64_t per_minute) override;

  private:
    redis::Client& redis_;
    const std::string prefix_;
};

}  // namespace atelier
