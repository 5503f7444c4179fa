#include "http/rate_limits.h"

#include <fmt/format.h>

namespace atelier::http {
namespace {

constexpr auto kKey = "key";
constexpr auto kRequests = "requests";
constexpr auto kUploads = "uploads";

std::string policyOf(const char* name, std::int64_t per_minute) {
    return fmt::format("\"{}\";q={};w=60", name, per_minute);
}

void write(std::string& out, const char* name, const std::optional<RateState>& state) {
    if (!state) return;
    const auto seconds = (state->full_in.count() + 999) / 1000;
    out +=
        fmt::format("{}\"{}\";r={};t={}", out.empty() ? "" : ", ", name, state->remaining, seconds);
}

}  // namespace

struct RateLimits::Limit {
    RateKey key;
    std::int64_t per_minute = 0;
    std::string_view of;  ///< what is counted, for who is refused
};

RateLimits::RateLimits(RateLimiter& limiter, PerMinute per_minute)
    : limiter_{limiter},
      per_minute_{per_minute},
      requests_policy_{policyOf(kRequests, per_minute.requests)},
      uploads_policy_{policyOf(kUploads, per_minute.uploads)} {}

Task<Result<>> RateLimits::take(Limit limit, std::optional<RateState>& noted) {
    auto state = co_await limiter_.take(limit.key, limit.per_minute);
    if (!state) co_return failure(std::move(state.error()));
    noted = *state;
    if (state->allowed) co_return Result<>{};
    Error error{ErrorCode::RateLimited,
                fmt::format("{} {} a minute are allowed", limit.per_minute, limit.of)};
    error.retry_after = state->retry_after;
    co_return failure(std::move(error));
}

Task<Result<>> RateLimits::admit(CallPtr call) {
    if (!call->principal) co_return Result<>{};
    const auto& principal = *call->principal;
    const auto user = principal.user->id.value();
    if (principal.key_per_minute) {
        auto counted = co_await take({{principal.api_key->value(), RatePolicy::Requests},
                                      *principal.key_per_minute,
                                      "requests with this API key"},
                                     call->key_rate);
        if (!counted) co_return counted;
    }
    auto counted =
        co_await take({{user, RatePolicy::Requests}, per_minute_.requests, kRequests}, call->rate);
    if (!counted || !call->operation->counts_as_upload) co_return counted;
    auto upload = co_await take({{user, RatePolicy::Uploads}, per_minute_.uploads, kUploads},
                                call->upload_rate);
    co_return upload;
}

void RateLimits::describe(const Call& call, const drogon::HttpResponsePtr& response) const {
    if (!call.rate && !call.key_rate) return;
    std::string states, policies;
    if (call.key_rate) policies = policyOf(kKey, *call.principal->key_per_minute) + ", ";
    policies += requests_policy_;
    if (call.upload_rate) policies += ", " + uploads_policy_;
    write(states, kKey, call.key_rate);
    write(states, kRequests, call.rate);
    write(states, kUploads, call.upload_rate);
    response->addHeader("ratelimit", std::move(states));
    response->addHeader("ratelimit-policy", std::move(policies));
}

}  // namespace atelier::http
