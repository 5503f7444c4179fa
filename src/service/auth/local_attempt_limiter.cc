#include "service/auth/local_attempt_limiter.h"

#include <algorithm>

namespace atelier {

Task<Result<std::optional<Millis>>> LocalAttemptLimiter::take(std::string key) {
    const auto now = clock_.now();
    std::lock_guard lock{mutex_};
    if (windows_.size() >= kMostKeys) makeRoom(now);
    auto& window = windows_[key];
    if (window.ends <= now) window = {now + window_};
    if (window.failed >= attempts_) co_return window.ends - now;
    if (window.failed + window.running >= attempts_) co_return kWhileOthersRun;
    ++window.running;
    co_return std::nullopt;
}

Task<Result<>> LocalAttemptLimiter::noteFailure(std::string key) {
    const auto now = clock_.now();
    std::lock_guard lock{mutex_};
    auto& window = windows_[key];
    if (window.ends <= now) window = {now + window_};
    window.running = std::max(0, window.running - 1);
    ++window.failed;
    co_return Result<>{};
}

Task<Result<>> LocalAttemptLimiter::giveBack(std::string key) {
    std::lock_guard lock{mutex_};
    const auto found = windows_.find(key);
    if (found == windows_.end()) co_return Result<>{};
    auto& window = found->second;
    window.running = std::max(0, window.running - 1);
    if (window.failed + window.running == 0) windows_.erase(found);
    co_return Result<>{};
}

Task<Result<>> LocalAttemptLimiter::forget(std::string key) {
    std::lock_guard lock{mutex_};
    windows_.erase(key);
    co_return Result<>{};
}

void LocalAttemptLimiter::makeRoom(Instant now) {
    std::erase_if(windows_, [&](const auto& entry) { return entry.second.ends <= now; });
    if (windows_.size() < kMostKeys) return;
    const auto half = now + window_ / 2;
    std::erase_if(windows_, [&](const auto& entry) { return entry.second.ends <= half; });
    if (windows_.size() >= kMostKeys) windows_.erase(windows_.begin());
}

}  // namespace atelier
