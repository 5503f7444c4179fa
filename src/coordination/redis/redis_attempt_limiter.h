#pragma once

#include "ports/attempt_limiter.h"
#include "redis/client.h"

namespace atelier {

/// Counts attempts for all processes, in a window that begins with the first one and is measured by
/// Redis' own clock. Redis sees hashes of the keys only. Fails with NotReady while Redis is away.
class RedisAttemptLimiter final : public AttemptLimiter {
  public:
    /// After `attempts` failures within `window` a key waits for the window's end. `redis` outlives
    /// this.
    RedisAttemptLimiter(redis::Client& redis, std::string prefix, int attempts, Millis window)
        : redis_{redis}, prefix_{std::move(prefix)}, attempts_{attempts}, window_{window} {}

    Task<Result<std::optional<Millis>>> take(std::string key) override;
    Task<Result<>> noteFailure(std::string key) override;
    Task<Result<>> giveBack(std::string key) override;
    Task<Result<>> forget(std::string key) override;

  private:
    Task<Result<>> end(std::string key, bool failed);
    std::string keyOf(const std::string& key) const;

    redis::Client& redis_;
    const std::string prefix_;
    const int attempts_;
    const Millis window_;
};

}  // namespace atelier
