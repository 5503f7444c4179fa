#include "service/credit_service.h"

namespace atelier {

CreditService::CreditService(UserStore& users, LedgerStore& ledger, JobStore& jobs,
                             const Clock& clock, IdSource& ids, Observer observer)
    : users_{users},
      ledger_{ledger},
      jobs_{jobs},
      clock_{clock},
      ids_{ids},
      observer_{std::move(observer)} {}

UsageLog CreditService::line(const Job& job, UsageKind kind, Credits amount, Credits balance) {
    UsageLog out;
    out.id = ids_.make<UsageId>();
    out.user_id = job.user_id;
    out.action = usageAction(job.kind);
    out.kind = kind;
    out.credits_used = amount;
    out.job_id = job.id;
    out.balance = balance;
    out.timestamp = clock_.now();
    return out;
}

Task<Result<>> CreditService::append(UsageLog entry) {
    const auto action = entry.action;
    const auto kind = entry.kind;
    const auto amount = entry.credits_used;
    auto added = co_await ledger_.append(std::move(entry));
    if (!added) co_return failure(std::move(added.error()));
    if (*added && observer_) observer_(action, kind, amount);
    co_return Result<>{};
}

Task<Result<Balance>> CreditService::accept(Job job, int max_holds) {
    auto held = line(job, UsageKind::Hold, job.credits_held, 0);
    const auto action = held.action;
    const auto amount = held.credits_used;
    auto balance = co_await jobs_.acceptJob(std::move(job), std::move(held), max_holds);
    if (balance && observer_) observer_(action, UsageKind::Hold, amount);
    co_return balance;
}

Task<Result<Credits>> CreditService::balanceAfterSettling(Job job) {
    auto settled = co_await users_.settle(job.user_id, job.id, job.credits_used);
    if (!settled) co_return failure(std::move(settled.error()));
    if (*settled) co_return **settled;
    // The hold was removed before a crash; the lines may still be missing.
    auto user = co_await users_.findUser(job.user_id);
    if (!user) co_return failure(std::move(user.error()));
    const Credits balance = *user ? (*user)->credits_left : 0;
    co_return balance;
}

Task<Result<>> CreditService::settle(Job job) {
    if (job.settled) co_return Result<>{};
    auto balance = co_await balanceAfterSettling(job);
    if (!balance) co_return failure(std::move(balance.error()));

    const Credits released = job.credits_held - job.credits_used;
    std::vector<UsageLog> lines;
    if (job.credits_held > 0)
        lines.push_back(line(job, UsageKind::Hold, job.credits_held, *balance - released));
    if (job.credits_used > 0)
        lines.push_back(line(job, UsageKind::Settle, job.credits_used, *balance - released));
    if (released > 0) lines.push_back(line(job, UsageKind::Release, released, *balance));
    for (auto& entry : lines) {
        auto appended = co_await append(std::move(entry));
        if (!appended) co_return failure(std::move(appended.error()));
    }

    job.settled = true;
    auto saved = co_await jobs_.updateJob(std::move(job));
    // A conflict means that someone else settled it meanwhile.
    if (!saved && saved.error().code != ErrorCode::Conflict)
        co_return failure(std::move(saved.error()));
    co_return Result<>{};
}

Task<Result<UsageLog>> CreditService::grant(UserId user, Credits amount, std::string reason) {
    const auto found = co_await users_.findUser(user);
    if (!found) co_return failure(found.error());
    if (!*found || (*found)->isErased())
        co_return failure(ErrorCode::NotFound, "there is no such user");
    UsageLog entry;
    entry.id = ids_.make<UsageId>();
    entry.user_id = user;
    entry.credits_used = amount;
    entry.reason = std::move(reason);
    entry.timestamp = clock_.now();
    auto balance = co_await users_.grant(user, entry.id, amount, *entry.reason);
    if (!balance) co_return failure(std::move(balance.error()));
    entry.balance = *balance;
    auto appended = co_await append(entry);
    if (!appended) co_return failure(std::move(appended.error()));
    auto cleared = co_await users_.clearGrant(user, entry.id);
    if (!cleared) co_return failure(std::move(cleared.error()));
    co_return entry;
}

Task<Result<Balance>> CreditService::balance(UserId id) {
    auto user = co_await users_.findUser(id);
    if (!user) co_return failure(std::move(user.error()));
    if (!*user) co_return failure(ErrorCode::NotFound, "there is no such user");
    co_return Balance{(*user)->credits_left, (*user)->creditsHeld()};
}

Task<Result<Page<UsageLog>>> CreditService::history(UserId user, LedgerFilter filter,
                                                    PageRequest page) {
    return ledger_.listUsage(user, filter, std::move(page));
}

Task<Result<>> CreditService::repair(User user, Instant orphan_before) {
    for (const auto& [grant, amount] : user.pending_grants) {
        UsageLog entry;
        entry.id = UsageId::parse(grant).value_or(UsageId{});
        if (entry.id.value().timestamp() > orphan_before) continue;  // it may be under way
        const auto reason = user.grant_reasons.find(grant);
        entry.user_id = user.id;
        entry.credits_used = amount;
        entry.reason =
            reason == user.grant_reasons.end() ? "grant recovered after a crash" : reason->second;
        entry.balance = user.credits_left;
        entry.timestamp = entry.id.value().timestamp();
        const auto id = entry.id;
        auto appended = co_await append(std::move(entry));
        if (!appended) co_return failure(std::move(appended.error()));
        auto cleared = co_await users_.clearGrant(user.id, id);
        if (!cleared) co_return failure(std::move(cleared.error()));
    }
    for (const auto& [held, amount] : user.holds) {
        const auto id = JobId::parse(held);
        if (!id || id->value().timestamp() > orphan_before) continue;
        auto job = co_await jobs_.findJob(*id);
        if (!job) co_return failure(std::move(job.error()));
        if (*job) continue;
        auto undone = co_await users_.settle(user.id, *id, 0);  // the job never came to be
        if (!undone) co_return failure(std::move(undone.error()));
    }
    co_return Result<>{};
}

}  // namespace atelier
