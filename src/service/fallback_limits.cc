#include "service/fallback_limits.h"

namespace atelier {
namespace {
constexpr Seconds kPause{1};
}

void Pause::begin() {
    until_.store((clock_.steady() + kPause).time_since_epoch().count());
}

Task<Result<RateState>> FallbackRateLimiter::take(RateKey key, std::int64_t per_minute) {
    if (pause_.isOver()) {
        auto state = co_await shared_->take(key, per_minute);
        if (state || state.error().code != ErrorCode::NotReady) co_return state;
        pause_.begin();
    }
    on_fallback_();
    auto counted = co_await local_->take(key, per_minute);
    co_return counted;
}

template <class T>
bool FallbackAttemptLimiter::usable(const Result<T>& result) {
    if (result || result.error().code != ErrorCode::NotReady) return true;
    pause_.begin();
    return false;
}

Task<Result<std::optional<Millis>>> FallbackAttemptLimiter::take(std::string key) {
    auto counted = co_await local_->take(key);
    if (!counted) co_return counted;
    if (pause_.isOver()) {
        auto wait = co_await shared_->take(key);
        if (usable(wait)) {
            const bool refused = !wait || *wait;
            if (refused && !*counted) {
                const auto returned = co_await local_->giveBack(std::move(key));
                if (!returned) co_return failure(returned.error());
            }
            co_return wait;
        }
    }
    on_fallback_();
    co_return counted;
}

Task<Result<>> FallbackAttemptLimiter::inBoth(Change change, std::string key) {
    auto here = co_await (*local_.*change)(key);
    if (!here || !pause_.isOver()) co_return here;
    auto everywhere = co_await (*shared_.*change)(std::move(key));
    if (usable(everywhere)) co_return everywhere;
    co_return here;
}

Task<Result<>> FallbackAttemptLimiter::noteFailure(std::string key) {
    return inBoth(&AttemptLimiter::noteFailure, std::move(key));
}

Task<Result<>> FallbackAttemptLimiter::giveBack(std::string key) {
    return inBoth(&AttemptLimiter::giveBack, std::move(key));
}

Task<Result<>> FallbackAttemptLimiter::forget(std::string key) {
    return inBoth(&AttemptLimiter::forget, std::move(key));
}

}  // namespace atelier
