#include "worker/job_record.h"

#include "util/backoff.h"

namespace atelier {

Task<Result<>> JobRecord::save() {
    auto version = co_await store_.updateJob(job);
    if (!version) co_return failure(std::move(version.error()));
    job.version = *version;
    events_.publish(job.id);
    co_return Result<>{};
}

Task<Result<>> JobRecord::saveStubbornly(Clock& clock, Deadline deadline) {
    RetryBudget budget{{.max_retries = 1000, .base = Millis{200}, .cap = Millis{5'000}}, deadline};
    for (;;) {
        auto saved = co_await save();
        if (saved || saved.error().code != ErrorCode::NotReady) co_return saved;
        const auto wait = budget.next();
        if (!wait) co_return saved;
        co_await clock.sleep(*wait, {});
    }
}

Task<Result<bool>> JobRecord::wasChanged() {
    auto stored = co_await store_.findJob(job.id);
    if (!stored) co_return failure(std::move(stored.error()));
    co_return !*stored || (*stored)->version != job.version;
}

}  // namespace atelier
