#include "service/local_rate_limiter.h"

#include <algorithm>
#include <cstring>

namespace atelier {
namespace {

constexpr std::int64_t kNanosPerMilli = 1'000'000;
constexpr std::int64_t kWindow = 60'000 * kNanosPerMilli;

Millis roundedUp(std::int64_t nanos) {
    return Millis{(nanos + kNanosPerMilli - 1) / kNanosPerMilli};
}

}  // namespace

std::size_t LocalRateLimiter::Hash::operator()(const RateKey& key) const {
    // The last bytes of a UUIDv7 are random.
    std::uint64_t random = 0;
    std::memcpy(&random, key.who.bytes().data() + 8, sizeof random);
    return static_cast<std::size_t>(random) ^ static_cast<std::size_t>(key.policy);
}

Task<Result<RateState>> LocalRateLimiter::take(RateKey key, std::int64_t per_minute) {
    const auto now = std::chrono::nanoseconds{clock_.now().time_since_epoch()}.count();
    const auto interval = kWindow / per_minute;
    auto& shard = shards_[(Hash{}(key) >> 16) % kShards];
    RateState state;
    std::lock_guard lock{shard.mutex};
    if (shard.full_at.size() >= shard.sweep_at) sweep(shard, now);
    auto& full_at = shard.full_at[key];
    // A clock that was set back must not lock anyone out for longer than a window.
    const auto begin = std::clamp(full_at, now, now + kWindow);
    state.allowed = begin + interval - now <= kWindow;
    full_at = state.allowed ? begin + interval : begin;
    state.remaining = (kWindow - (full_at - now)) / interval;
    state.full_in = roundedUp(full_at - now);
    if (!state.allowed) state.retry_after = roundedUp(begin + interval - now - kWindow);
    co_return state;
}

void LocalRateLimiter::sweep(Shard& shard, Nanos now) {
    std::erase_if(shard.full_at, [now](const auto& entry) { return entry.second <= now; });
    shard.sweep_at = std::max(kSweepFrom, 2 * shard.full_at.size());
}

std::size_t LocalRateLimiter::size() {
    std::size_t total = 0;
    for (auto& shard : shards_) {
        std::lock_guard lock{shard.mutex};
        total += shard.full_at.size();
    }
    return total;
}

}  // namespace atelier
