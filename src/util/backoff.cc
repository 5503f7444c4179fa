#include "util/backoff.h"

#include <algorithm>

namespace atelier {

RetryBudget::RetryBudget(RetryPolicy policy, Deadline deadline, std::uint64_t seed)
    : policy_{policy}, deadline_{deadline}, random_{seed} {}

std::optional<Millis> RetryBudget::next(std::optional<Millis> retry_after) {
    if (spent_ >= policy_.max_retries) return std::nullopt;
    const Millis ceiling = backoffCeiling(policy_, spent_);
    std::uniform_int_distribution<std::int64_t> jitter{0, ceiling.count()};
    const Millis wait = std::max(Millis{jitter(random_)}, retry_after.value_or(Millis{0}));
    if (wait >= deadline_.left()) return std::nullopt;
    ++spent_;
    return wait;
}

Millis backoffCeiling(const RetryPolicy& policy, int n) {
    // 2^20 · 1 ms is already above any sensible cap; clamping keeps the shift defined.
    const auto factor = std::int64_t{1} << std::clamp(n, 0, 20);
    return std::min(policy.cap, Millis{policy.base.count() * factor});
}

}  // namespace atelier
