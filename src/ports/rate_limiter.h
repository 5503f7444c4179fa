#pragma once

#include <cstdint>

#include "domain/error.h"
#include "util/task.h"
#include "util/uuid.h"

namespace atelier {

enum class RatePolicy : std::uint8_t { Requests, Uploads };

/// Whose requests are counted, and which of them.
struct RateKey {
    Uuid who;
    RatePolicy policy = RatePolicy::Requests;
    bool operator==(const RateKey&) const = default;
};

/// Where a key stands after a request.
struct RateState {
    bool allowed = true;
    std::int64_t remaining = 0;  ///< requests that would be allowed at once
    Millis full_in{0};           ///< until the whole allowance is there again
    Millis retry_after{0};       ///< until the next request is allowed, if this one was not
};

/// Counts requests. Thread-safe. Implementations that share counts between processes may fail with
/// NotReady.
class RateLimiter {
  public:
    virtual ~RateLimiter() = default;

    /// Takes one of `per_minute` requests, all of which may be used at once; they come back evenly.
    /// A request that is not allowed takes nothing.
    virtual Task<Result<RateState>> take(RateKey key, std::int64_t per_minute) = 0;
};

}  // namespace atelier
