#include "app/readiness.h"

#include <fmt/format.h>

namespace atelier {
namespace {

constexpr Seconds kProviderPause{30};

template <class T>
http::ReadinessCheck verdict(std::string name, const Result<T>& result) {
    if (result) return {std::move(name), http::CheckStatus::Ok, std::nullopt};
    return {std::move(name), http::CheckStatus::Failure, result.error().detail};
}

}  // namespace

Task<http::ReadinessCheck> Readiness::checkStore() {
    auto done = co_await core_.store.ping();
    co_return verdict("store", done);
}

Task<http::ReadinessCheck> Readiness::checkQueue() {
    auto depth = co_await core_.backends.queue->depth();
    co_return verdict("queue", depth);
}

Task<http::ReadinessCheck> Readiness::checkBlobs() {
    auto done = co_await core_.backends.blobs->ping();
    co_return verdict("blobs", done);
}

Task<http::ReadinessCheck> Readiness::checkRedis() {
    std::vector<std::string> args{"PING"};
    auto done = co_await core_.redis->command(std::move(args));
    auto check = verdict("coordination", done);
    if (!done) check.status = http::CheckStatus::Warning;
    co_return check;
}

Task<http::ReadinessCheck> Readiness::checkProvider() {
    {
        std::lock_guard lock{mutex_};
        if (provider_check_ && core_.clock->now() < provider_checked_at_ + kProviderPause)
            co_return *provider_check_;
    }
    auto credits = co_await provider_.credits();
    http::ReadinessCheck check{"provider", http::CheckStatus::Ok, std::nullopt};
    if (!credits) {
        check.status = http::CheckStatus::Warning;
        check.detail = credits.error().detail;
    } else if (emulated_) {
        check.status = http::CheckStatus::Warning;
        check.detail = "no BFL_API_KEY is set: the built-in emulator makes the pictures";
    } else {
        check.detail = fmt::format("{:.1f} credits left", *credits);
    }
    std::lock_guard lock{mutex_};
    provider_check_ = check;
    provider_checked_at_ = core_.clock->now();
    co_return check;
}

Task<std::vector<http::ReadinessCheck>> Readiness::check() {
    std::vector<http::ReadinessCheck> checks;
    auto store = co_await checkStore();
    checks.push_back(std::move(store));
    auto queue = co_await checkQueue();
    checks.push_back(std::move(queue));
    auto blobs = co_await checkBlobs();
    checks.push_back(std::move(blobs));
    if (core_.redis) {
        auto redis = co_await checkRedis();
        checks.push_back(std::move(redis));
    }
    auto provider = co_await checkProvider();
    checks.push_back(std::move(provider));
    co_return checks;
}

}  // namespace atelier
