#include "service/reconciler.h"

namespace atelier {
namespace {
constexpr int kReconcileBatch = 500;
/// A hold without a job, or a grant without a line, is only believed to be orphaned after this
/// time.
constexpr Seconds kOrphanAge{60};
}  // namespace

Task<Result<Reconciler::Report>> Reconciler::run() {
    Report report;
    auto settled = co_await settleEnded();
    if (!settled) co_return failure(std::move(settled.error()));
    report.settled = *settled;
    auto checked = co_await repairUsers();
    if (!checked) co_return failure(std::move(checked.error()));
    report.checked_users = *checked;
    auto requeued = co_await requeueLost();
    if (!requeued) co_return failure(std::move(requeued.error()));
    report.requeued = *requeued;
    co_return report;
}

Task<Result<int>> Reconciler::requeueLost() {
    const auto before = parts_.clock.now() - parts_.grace;
    auto unfinished = co_await parts_.store.listUnfinished(before, kReconcileBatch);
    if (!unfinished) co_return failure(std::move(unfinished.error()));
    int requeued = 0;
    for (const auto id : *unfinished) {
        auto known = co_await parts_.queue.contains(id);
        if (!known) co_return failure(std::move(known.error()));
        if (*known) continue;
        auto job = co_await parts_.store.findJob(id);
        if (!job) co_return failure(std::move(job.error()));
        if (!*job || isTerminal((*job)->status)) continue;
        auto added = co_await parts_.queue.add(id, (*job)->user_id);
        if (!added) co_return failure(std::move(added.error()));
        ++requeued;
    }
    co_return requeued;
}

Task<Result<int>> Reconciler::settleEnded() {
    const auto before = parts_.clock.now() - parts_.grace;
    auto ended = co_await parts_.store.listUnsettled(before, kReconcileBatch);
    if (!ended) co_return failure(std::move(ended.error()));
    int settled = 0;
    for (auto& job : *ended) {
        auto done = co_await parts_.credits.settle(std::move(job));
        if (!done) co_return failure(std::move(done.error()));
        ++settled;
    }
    co_return settled;
}

Task<Result<int>> Reconciler::repairUsers() {
    const auto orphan_before = parts_.clock.now() - kOrphanAge;
    int checked = 0;
    PageRequest request{.limit = 100};
    for (;;) {
        auto page = co_await parts_.store.listUsersWithHolds(request);
        if (!page) co_return failure(std::move(page.error()));
        for (auto& user : page->items) {
            auto done = co_await parts_.credits.repair(std::move(user), orphan_before);
            if (!done) co_return failure(std::move(done.error()));
            ++checked;
        }
        if (!page->next_cursor) co_return checked;
        request.cursor = page->next_cursor;
    }
}

}  // namespace atelier
