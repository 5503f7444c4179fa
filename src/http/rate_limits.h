#pragma once

#include "http/call.h"
#include "ports/rate_limiter.h"

namespace atelier::http {

/// Limits how often an account asks, and says in every answer what is left
/// (draft-ietf-httpapi-ratelimit-headers-10). All credentials of a user count together; an API key
/// may have a limit of its own besides. Thread-safe.
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
    struct Limit;
    Task<Result<>> take(Limit limit, std::optional<RateState>& noted);

    RateLimiter& limiter_;
    const PerMinute per_minute_;
    const std::string requests_policy_, uploads_policy_;
};

}  // namespace atelier::http
