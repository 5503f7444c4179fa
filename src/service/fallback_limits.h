#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "ports/attempt_limiter.h"
#include "ports/rate_limiter.h"
#include "util/clock.h"

namespace atelier {

/// Remembers that something failed, so that not every request waits for it. Thread-safe.
class Pause {
  public:
    explicit Pause(const Clock& clock) : clock_{clock} {}
    bool isOver() const { return clock_.steady().time_since_epoch().count() >= until_.load(); }
    void begin();

  private:
    const Clock& clock_;
    std::atomic<SteadyTime::rep> until_{0};
};

/// Told of each count that was made in this process alone.
using OnFallback = std::function<void()>;

/// Counts for all processes together and, while that fails with NotReady, in this one alone: a
/// limit is less exact then, but nobody is turned away for it. After a failure the shared counts
/// are left alone for a second.
class FallbackRateLimiter final : public RateLimiter {
  public:
    FallbackRateLimiter(std::unique_ptr<RateLimiter> shared, std::unique_ptr<RateLimiter> local,
                        const Clock& clock, OnFallback on_fallback)
        : shared_{std::move(shared)},
          local_{std::move(local)},
          pause_{clock},
          on_fallback_{std::move(on_fallback)} {}

    Task<Result<RateState>> take(RateKey key, std::int64_t per_minute) override;

  private:
    const std::unique_ptr<RateLimiter> shared_, local_;
    Pause pause_;
    const OnFallback on_fallback_;
};

/// The same for attempts. They are always counted in both, so that what was tried while the shared
/// counts were there still counts when they are not.
class FallbackAttemptLimiter final : public AttemptLimiter {
  public:
    FallbackAttemptLimiter(std::unique_ptr<AttemptLimiter> shared,
                           std::unique_ptr<AttemptLimiter> local, const Clock& clock,
                           OnFallback on_fallback)
        : shared_{std::move(shared)},
          local_{std::move(local)},
          pause_{clock},
          on_fallback_{std::move(on_fallback)} {}

    Task<Result<std::optional<Millis>>> take(std::string key) override;
    Task<Result<>> noteFailure(std::string key) override;
    Task<Result<>> giveBack(std::string key) override;
    Task<Result<>> forget(std::string key) override;

  private:
    using Change = Task<Result<>> (AttemptLimiter::*)(std::string key);

    Task<Result<>> inBoth(Change change, std::string key);
    /// The shared result, if there is one; NotReady turns into nothing.
    template <class T>
    bool usable(const Result<T>& result);

    const std::unique_ptr<AttemptLimiter> shared_, local_;
    Pause pause_;
    const OnFallback on_fallback_;
};

}  // namespace atelier
