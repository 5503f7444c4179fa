#include "service/credit_audit.h"

#include <algorithm>

#include <fmt/format.h>

#include "util/names.h"

namespace atelier {
namespace {

constexpr int kPage = 100;
/// Beside a running service things are read at slightly different moments, so a difference has to
/// show three times to count.
constexpr int kReads = 3;
constexpr Millis kBetweenReads{200};
/// A job may come after its hold, and until then the hold is repaired by nobody.
constexpr Seconds kYoung{60};
constexpr std::size_t kMostKnown = 10'000;

/// A list that is read page by page.
template <class T>
struct Walk {
    std::vector<T> items;
    std::size_t at = 0;
    PageRequest request{.limit = kPage, .cursor = {}};
    bool last = false;

    bool empty() const { return at == items.size(); }
    bool wantsMore() const { return empty() && !last; }
    T& head() { return items[at]; }
    void take(Page<T> page) {
        items = std::move(page.items);
        at = 0;
        last = !page.next_cursor;
        request.cursor = std::move(page.next_cursor);
    }
};

/// What the lines of one job add up to.
LedgerTotals totalsOf(const std::vector<FiledLine>& lines) {
    LedgerTotals sums;
    for (const auto& [line, filed] : lines) {
        if (filed.kind == UsageKind::Hold) sums.held += filed.credits_used;
        if (filed.kind == UsageKind::Settle) sums.settled += filed.credits_used;
        if (filed.kind == UsageKind::Release) sums.released += filed.credits_used;
    }
    return sums;
}

std::string jobOf(const UsageLog& line) {
    return line.job_id ? "job " + line.job_id->str() : std::string{"no job"};
}

/// Empty when the line reads as it counts.
std::string mismatch(const FiledLine& both) {
    const auto& [line, filed] = both;
    if (line.id == filed.id && line.user_id == filed.user_id && line.action == filed.action &&
        line.kind == filed.kind && line.credits_used == filed.credits_used &&
        line.job_id == filed.job_id)
        return {};
    const auto show = [](const UsageLog& one) {
        return fmt::format("{} {} of {} credits, user {}, {}", nameOf(one.action), nameOf(one.kind),
                           one.credits_used, one.user_id.str(), jobOf(one));
    };
    return fmt::format("line {} counts as {}, but reads {}", filed.id.str(), show(filed),
                       show(line));
}

std::string differs(std::string_view what, Credits ledger, Credits job) {
    return fmt::format("the ledger says {} {}, the job {}: a difference of {}", ledger, what, job,
                       ledger - job);
}

/// What the ledger says of a settled job must be what the job says; of others nothing else.
void compare(std::vector<std::string>& out, const Job& job, const LedgerTotals& sums) {
    const auto check = [&](std::string_view what, Credits ledger, Credits due) {
        const bool may_come = !job.settled && ledger == 0;
        if (ledger != due && !may_come) out.push_back(differs(what, ledger, due));
    };
    const bool ended = isTerminal(job.status);
    check("held", sums.held, job.credits_held);
    check("settled", sums.settled, ended ? job.credits_used : 0);
    check("released", sums.released, ended ? job.credits_held - job.credits_used : 0);
}

}  // namespace

Task<Result<CreditAudit::Tally>> CreditAudit::run() {
    tally_ = {};
    known_.clear();
    auto users = co_await checkUsers();
    if (!users) co_return failure(std::move(users.error()));
    auto jobs = co_await checkJobs();
    if (!jobs) co_return failure(std::move(jobs.error()));
    auto grants = co_await checkGrants();
    if (!grants) co_return failure(std::move(grants.error()));
    co_return tally_;
}

void CreditAudit::report(const std::string& subject, const Problems& problems) {
    if (problems.empty()) return;
    ++tally_.wrong;
    for (const auto& problem : problems) report_(fmt::format("{}: {}", subject, problem));
}

Task<Result<CreditAudit::Problems>> CreditAudit::holdProblems(User user) {
    Problems out;
    const auto now = clock_.now();
    for (const auto& [held, amount] : user.holds) {
        const auto id = JobId::parse(held);
        if (!id) {
            out.push_back(fmt::format("{} credits are held for \"{}\", no job", amount, held));
            continue;
        }
        auto job = co_await store_.findJob(*id);
        if (!job) co_return failure(std::move(job.error()));
        const auto made = id->value().timestamp();
        const bool young = made <= now && made > now - kYoung;
        const bool its_own = *job && (*job)->user_id == user.id;
        if (!its_own && !young)
            out.push_back(
                fmt::format("{} credits are held for job {}, which does not exist", amount, held));
        if (its_own && (*job)->settled)
            out.push_back(
                fmt::format("{} credits are held for job {}, which is settled", amount, held));
        if (its_own && !(*job)->settled && (*job)->credits_held != amount)
            out.push_back(fmt::format("{} credits are held for job {}, which says {}", amount, held,
                                      (*job)->credits_held));
    }
    co_return out;
}

Task<Result<CreditAudit::Problems>> CreditAudit::problemsOf(UserId id) {
    auto user = co_await store_.findUser(id);
    if (!user) co_return failure(std::move(user.error()));
    if (!*user) co_return Problems{};
    auto totals = co_await store_.totals(id);
    if (!totals) co_return failure(std::move(totals.error()));
    auto granted = totals->granted;
    for (const auto& [grant, amount] : (*user)->pending_grants) granted += amount;
    const auto left = (*user)->credits_left;
    const auto held = (*user)->creditsHeld();
    auto problems = co_await holdProblems(std::move(**user));
    if (!problems) co_return failure(std::move(problems.error()));
    if (granted != left + held + totals->settled)
        problems->push_back(fmt::format(
            "{} credits were granted, {} left + {} held + {} settled are {}: a difference of {}",
            granted, left, held, totals->settled, left + held + totals->settled,
            granted - left - held - totals->settled));
    co_return problems;
}

Task<Result<>> CreditAudit::checkUsers() {
    Walk<User> users;
    while (!users.last) {
        auto page = co_await store_.listUsers({}, users.request);
        if (!page) co_return failure(std::move(page.error()));
        users.take(std::move(*page));
        for (const auto& user : users.items) {
            Problems found;
            for (int i = 0; i < kReads; ++i) {
                if (i > 0) co_await clock_.sleep(kBetweenReads, {});
                auto problems = co_await problemsOf(user.id);
                if (!problems) co_return failure(std::move(problems.error()));
                found = std::move(*problems);
                if (found.empty()) break;
            }
            ++tally_.users;
            report("user " + user.id.str(), found);
        }
    }
    co_return Result<>{};
}

CreditAudit::Problems CreditAudit::problemsOf(const Story& story) {
    Problems out;
    for (const auto& line : story.lines)
        if (auto wrong = mismatch(line); !wrong.empty()) out.push_back(std::move(wrong));
    const auto sums = totalsOf(story.lines);
    if (!story.job) {
        // Only settled jobs are erased, and the ledger keeps all their lines.
        if (sums.held != sums.settled + sums.released)
            out.push_back(fmt::format(
                "does not exist, and the ledger says {} held, {} settled, {} released: a "
                "difference of {}",
                sums.held, sums.settled, sums.released, sums.held - sums.settled - sums.released));
        return out;
    }
    const auto& job = *story.job;
    for (const auto& [line, filed] : story.lines)
        if (filed.user_id != job.user_id)
            out.push_back(
                fmt::format("line {} is of user {}", filed.id.str(), filed.user_id.str()));
    compare(out, job, sums);
    if (job.credits_used > job.credits_held)
        out.push_back(
            fmt::format("used {} of the {} that were held", job.credits_used, job.credits_held));
    if (!isTerminal(job.status) && story.owner && !story.owner->holds.contains(job.id.str()))
        out.push_back(fmt::format("is {}, and nothing is held for it", nameOf(job.status)));
    return out;
}

Task<Result<>> CreditAudit::findOwner(Story& story) {
    story.owner.reset();
    if (!story.job || isTerminal(story.job->status)) co_return Result<>{};
    auto owner = co_await store_.findUser(story.job->user_id);
    if (!owner) co_return failure(std::move(owner.error()));
    story.owner = std::move(*owner);
    co_return Result<>{};
}

Task<Result<>> CreditAudit::checkJob(Story story) {
    ++tally_.jobs;
    const auto user = story.job ? story.job->user_id : story.lines.front().filed.user_id;
    auto exists = co_await checkExists(user);
    if (!exists) co_return failure(std::move(exists.error()));
    for (int i = 0;; ++i) {
        auto owned = co_await findOwner(story);
        if (!owned) co_return failure(std::move(owned.error()));
        auto problems = problemsOf(story);
        if (problems.empty()) co_return Result<>{};
        if (i + 1 == kReads) {
            report(fmt::format("user {}, job {}", user.str(), story.id.str()), problems);
            co_return Result<>{};
        }
        co_await clock_.sleep(kBetweenReads, {});
        auto job = co_await store_.findJob(story.id);
        if (!job) co_return failure(std::move(job.error()));
        auto lines = co_await store_.linesOf(story.id);
        if (!lines) co_return failure(std::move(lines.error()));
        story.job = std::move(*job);
        story.lines = std::move(*lines);
    }
}

/// Jobs and lines both come by the id of the job, highest first, so that one pass over each is
/// enough.
Task<Result<>> CreditAudit::checkJobs() {
    Walk<Job> jobs;
    Walk<FiledLine> lines;
    for (;;) {
        while (jobs.wantsMore()) {
            auto page = co_await store_.listAllJobs(std::nullopt, {}, jobs.request);
            if (!page) co_return failure(std::move(page.error()));
            jobs.take(std::move(*page));
        }
        while (lines.wantsMore()) {
            auto page = co_await store_.listJobLines(lines.request);
            if (!page) co_return failure(std::move(page.error()));
            lines.take(std::move(*page));
        }
        if (jobs.empty() && lines.empty()) co_return Result<>{};
        Story story;
        if (!jobs.empty()) story.id = jobs.head().id;
        if (!lines.empty()) story.id = std::max(story.id, *lines.head().filed.job_id);
        if (!jobs.empty() && jobs.head().id == story.id)
            story.job = std::move(jobs.items[jobs.at++]);
        while (!lines.empty() && lines.head().filed.job_id == story.id)
            story.lines.push_back(std::move(lines.items[lines.at++]));
        auto done = co_await checkJob(std::move(story));
        if (!done) co_return failure(std::move(done.error()));
    }
}

Task<Result<>> CreditAudit::checkGrants() {
    Walk<FiledLine> lines;
    while (!lines.last) {
        auto page = co_await store_.listGrantLines(lines.request);
        if (!page) co_return failure(std::move(page.error()));
        lines.take(std::move(*page));
        for (const auto& line : lines.items) {
            if (auto wrong = mismatch(line); !wrong.empty())
                report("user " + line.filed.user_id.str(), {std::move(wrong)});
            auto exists = co_await checkExists(line.filed.user_id);
            if (!exists) co_return failure(std::move(exists.error()));
        }
    }
    co_return Result<>{};
}

/// Erased users stay, without a name. So each that the ledger or a job names must be there.
Task<Result<>> CreditAudit::checkExists(UserId user) {
    if (known_.contains(user)) co_return Result<>{};
    auto found = co_await store_.findUser(user);
    if (!found) co_return failure(std::move(found.error()));
    if (known_.size() >= kMostKnown) known_.clear();
    known_.emplace(user, found->has_value());
    if (*found) co_return Result<>{};
    auto totals = co_await store_.totals(user);
    if (!totals) co_return failure(std::move(totals.error()));
    report("user " + user.str(),
           {fmt::format("does not exist, and the ledger says {} granted, {} settled: a difference "
                        "of {}",
                        totals->granted, totals->settled, totals->granted - totals->settled)});
    co_return Result<>{};
}

}  // namespace atelier
