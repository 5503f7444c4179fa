#pragma once

#include <array>
#include <mutex>
#include <unordered_map>

#include "ports/rate_limiter.h"
#include "util/clock.h"

namespace atelier {

/// Counts in this process's memory, by the generic cell rate algorithm (ITU-T I.371): one number
/// for each key. Keys whose allowance is whole again are forgotten.
class LocalRateLimiter final : public RateLimiter {
  public:
    explicit LocalRateLimiter(const Clock& clock) : clock_{clock} {}

    Task<Result<RateState>> take(RateKey key, std::int64_t per_minute) override;
    /// How many keys are remembered.
    std::size_t size();

  private:
    using Nanos = std::int64_t;  ///< since 1970
    struct Hash {
        std::size_t operator()(const RateKey& key) const;
    };
    struct Shard {
        std::mutex mutex;
        std::unordered_map<RateKey, Nanos, Hash> full_at;  // guarded by mutex
        std::size_t sweep_at = kSweepFrom;                 // guarded by mutex
    };
    static constexpr std::size_t kShards = 16;
    static constexpr std::size_t kSweepFrom = 256;

    static void sweep(Shard& shard, Nanos now);

    const Clock& clock_;
    std::array<Shard, kShards> shards_;
};

}  // namespace atelier
