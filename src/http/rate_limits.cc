#include "http/rate_limits.h"

#include <fmt/format.h>

namespace atelier::http {
namespace {

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

RateLimits::RateLimits(RateLimiter& limiter, PerMinute per_minute)
    : limiter_{limiter},
      per_minute_{per_minute},
      requests_policy_{policyOf(kRequests, per_minute.requests)},
      both_policies_{requests_policy_ + ", " + policyOf(kUploads, per_minute.uploads)} {}

Task<Result<>> RateLimits::take(CallPtr call, RatePolicy policy, std::int64_t per_minute) {
    const auto& principal = *call->principal;
    const auto who = principal.api_key ? principal.api_key->value() : principal.user->id.value();
    auto state = co_await limiter_.take({who, policy}, per_minute);
    if (!state) co_return failure(std::move(state.error()));
    auto& noted = policy == RatePolicy::Uploads ? call->upload_rate : call->rate;
    noted = *state;
    if (state->allowed) co_return Result<>{};
    Error error{ErrorCode::RateLimited,
                fmt::format("{} {} a minute are allowed", per_minute,
                            policy == RatePolicy::Uploads ? kUploads : kRequests)};
    error.retry_after = state->retry_after;
    co_return failure(std::move(error));
}

Task<Result<>> RateLimits::admit(CallPtr call) {
    if (!call->principal) co_return Result<>{};
    auto counted = co_await take(call, RatePolicy::Requests, per_minute_.requests);
    if (!counted || !call->operation->counts_as_upload) co_return counted;
    auto upload = co_await take(call, RatePolicy::Uploads, per_minute_.uploads);
    co_return upload;
}

void RateLimits::describe(const Call& call, const drogon::HttpResponsePtr& response) const {
    if (!call.rate) return;
    std::string states;
    write(states, kRequests, call.rate);
    write(states, kUploads, call.upload_rate);
    response->addHeader("ratelimit", std::move(states));
    response->addHeader("ratelimit-policy", call.upload_rate ? both_policies_ : requests_policy_);
}

}  // namespace atelier::http
