#include "service/backlog.h"

#include <fmt/format.h>

namespace atelier {
namespace {
constexpr Seconds kBetweenLooks{1};
constexpr Seconds kRetryAfter{10};
}  // namespace

Task<Result<>> Backlog::admit() {
    const auto now = clock_.steady();
    auto due = look_again_at_.load();
    const auto next = (now + kBetweenLooks).time_since_epoch().count();
    if (now.time_since_epoch().count() >= due &&
        look_again_at_.compare_exchange_strong(due, next)) {
        auto depth = co_await queue_.depth();
        waiting_.store(depth ? depth->waiting : 0);
    }
    if (waiting_.load() < max_waiting_) co_return Result<>{};
    Error error{ErrorCode::NotReady,
                fmt::format("{} jobs are waiting already; try again later", waiting_.load())};
    error.retry_after = kRetryAfter;
    co_return failure(std::move(error));
}

}  // namespace atelier
