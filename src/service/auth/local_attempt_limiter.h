#pragma once

#include <mutex>
#include <unordered_map>

#include "ports/attempt_limiter.h"
#include "util/clock.h"

namespace atelier {

/// Counts in this process's memory: the embedded mode's limiter. At most `kMostKeys` keys are
/// remembered; beyond that, the windows that end first are forgotten.
class LocalAttemptLimiter final : public AttemptLimiter {
  public:
    static constexpr std::size_t kMostKeys = 100'000;

    /// After `attempts` failures within `window` a key waits for the window's end.
    LocalAttemptLimiter(int attempts, Millis window, const Clock& clock)
        : attempts_{attempts}, window_{window}, clock_{clock} {}

    Task<Result<std::optional<Millis>>> take(std::string key) override;
    Task<Result<>> noteFailure(std::string key) override;
    Task<Result<>> giveBack(std::string key) override;
    Task<Result<>> forget(std::string key) override;

  private:
    struct Window {
        Instant ends{};
        int failed = 0;
        int running = 0;
    };
    void makeRoom(Instant now);

    const int attempts_;
    const Millis window_;
    const Clock& clock_;
    std::mutex mutex_;
    std::unordered_map<std::string, Window> windows_;  // guarded by mutex_
};

}  // namespace atelier
