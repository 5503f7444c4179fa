#pragma once

#include <cstdint>
#include <optional>
#include <random>

#include "util/time.h"

namespace atelier {

/// How often and how long to wait between tries.
struct RetryPolicy {
    int max_retries = 3;  ///< tries after the first one
    Millis base{500};     ///< ceiling of the first wait
    Millis cap{30'000};   ///< no wait is longer
};

/// A spending account of retries for one operation: exponential ceilings with
/// full jitter (a wait is uniform in [0, min(cap, base·2ⁿ)]), never past the
/// deadline. Source: AWS Architecture Blog, "Exponential Backoff and Jitter";
/// the BFL SDK uses the same shape. Not thread-safe.
class RetryBudget {
  public:
    RetryBudget(RetryPolicy policy, Deadline deadline, std::uint64_t seed = std::random_device{}());

    /// The wait before the next try; empty when tries or time are used up.
    /// `retry_after` (a server's wish) is waited in full when it is longer.
    std::optional<Millis> next(std::optional<Millis> retry_after = std::nullopt);

    int spent() const { return spent_; }

  private:
    RetryPolicy policy_;
    Deadline deadline_;
    std::mt19937_64 random_;
    int spent_ = 0;
};

/// The ceiling of the wait before retry `n` (from 0): min(cap, base·2ⁿ).
Millis backoffCeiling(const RetryPolicy& policy, int n);

}  // namespace atelier
