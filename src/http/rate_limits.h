#pragma once

#include "http/call.h"
#include "ports/rate_limiter.h"

namespace atelier::http {

/// Limits how often a credential is used, and says in every answer what is left
/// (draft-ietf-httpapi-ratelimit-headers-10). Each API key counts for itself, all access tokens of
/// a user together. Thread-safe.
class RateLimits {
  public:
    struct PerMinute {
        std::int64_t requests = 600;
        std::int64_t uploads = 120;  ///< operations with `x-rate: uploads`; they are requests too
    };
    RateLimits(RateLimiter& limiter, PerMinute per_minute);

    /// Counts an admitted call; calls of nobody are not counted.
    /// Errors: RateLimited with retry_after; NotReady.
    Task<Result<>> admit(CallPtr call);
    /// Writes the headers of a call that was counted.
    void describe(const Call& call, const drogon::HttpResponsePtr& response) const;

  private:
    Task<Result<>> take(CallPtr call, RatePolicy policy, std::int64_t per_minute);

    RateLimiter& limiter_;
    const PerMinute per_minute_;
    const std::string requests_policy_, both_policies_;
};

}  // namespace atelier::http
