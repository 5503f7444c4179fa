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

Task<Result<>> FallbackAttemptLimiter::noteFailure(std::string key) {
    auto counted = co_await local_->noteFailure(key);
    if (!counted || !pause_.isOver()) co_return counted;
    auto noted = co_await shared_->noteFailure(std::move(key));
    if (usable(noted)) co_return noted;
    co_return counted;
}

Task<Result<>> FallbackAttemptLimiter::giveBack(std::string key) {
    auto returned = co_await local_->giveBack(key);
    if (!returned || !pause_.isOver()) co_return returned;
    auto noted = co_await shared_->giveBack(std::move(key));
    if (usable(noted)) co_return noted;
    co_return returned;
}

Task<Result<>> FallbackAttemptLimiter::forget(std::string key) {
    auto forgotten = co_await local_->forget(key);
    if (!forgotten || !pause_.isOver()) co_return forgotten;
    auto noted = co_await shared_->forget(std::move(key));
    if (usable(noted)) co_return noted;
    co_return forgotten;
}

}  // namespace atelier
