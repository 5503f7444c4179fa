#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "telemetry/provider_metrics.h"
#include "util/clock.h"

namespace atelier::bfl {

struct BreakerOptions {
    int failures = 5;      ///< in a row
    Millis pause{10'000};  ///< doubles with every failed trial, up to 16 times this
};

/// Leaves endpoints alone that keep failing: after a pause one request at a time is
/// let through as a trial, and the first success ends it. Thread-safe.
class Breaker {
  public:
    Breaker(BreakerOptions options, const Clock& clock) : options_{options}, clock_{clock} {}

    /// Empty: go ahead, and tell the outcome. Otherwise how long to stay away.
    std::optional<Millis> refuses(const std::string& endpoint);
    void succeeded(const std::string& endpoint);
    void failed(const std::string& endpoint);
    /// The request that was let through never got as far as an outcome.
    void abandoned(const std::string& endpoint);

    BreakerState state(const std::string& endpoint) const;

  private:
    struct Circuit {
        int failures = 0;
        int pauses = 0;
        bool trial_running = false;
        Instant open_until{};
    };
    BreakerState stateOf(const Circuit& circuit) const;

    const BreakerOptions options_;
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::map<std::string, Circuit> circuits_;  // guarded by mutex_
};

}  // namespace atelier::bfl
