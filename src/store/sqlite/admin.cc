#include "store/sqlite/rows.h"
#include "store/sqlite/sqlite_store.h"

namespace atelier {
namespace {

using sqlite::Connection;

constexpr auto kListAll =
    "SELECT doc FROM jobs WHERE id<?1 AND (?2 IS NULL OR user_id=?2) AND (?3 IS NULL OR kind=?3)"
    " AND (?4 IS NULL OR status=?4) AND (?5 IS NULL OR domain=?5) ORDER BY id DESC LIMIT ?6";
constexpr auto kCountJobs = "SELECT status, count(*) FROM jobs GROUP BY status";
constexpr auto kCountUsers =
    "SELECT ifnull(sum(hash<>''),0), ifnull(sum(hash<>'' AND role='admin'),0), "
    "ifnull(sum(hash<>'' AND disabled),0), ifnull(sum(credits_left),0) FROM users";
constexpr auto kSumHolds =
    "SELECT ifnull(sum(value),0) FROM users, json_each(users.holds) WHERE holds <> '{}'";

}  // namespace

Task<Result<Page<Job>>> SqliteStore::listAllJobs(std::optional<UserId> owner, JobFilter filter,
                                                 PageRequest page) {
    return database_->readAside([owner, filter = std::move(filter), page = std::move(page)](
                                    Connection& connection) -> Result<Page<Job>> {
        const auto from = sqlite::cursorOf(page, sqlite::pastLastId());
        if (!from) return failure(from.error());
        auto rows = connection.query(kListAll, *from, owner, filter.kind.transform(nameOf<JobKind>),
                                     filter.status.transform(nameOf<JobStatus>), filter.domain,
                                     sqlite::rowsFor(page));
        auto jobs = sqlite::listDocuments<Job>(rows);
        if (!jobs) return failure(std::move(jobs.error()));
        return sqlite::toPage(std::move(*jobs), page);
    });
}

Task<Result<StoreCounts>> SqliteStore::counts() {
    return database_->readAside([](Connection& connection) -> Result<StoreCounts> {
        StoreCounts counts;
        auto jobs = connection.query(kCountJobs);
        while (jobs.next()) {
            if (const auto status = fromName<JobStatus>(jobs.text(0)))
                counts.jobs[*status] = jobs.get<std::int64_t>(1);
        }
        auto users = connection.query(kCountUsers);
        if (users.next()) {
            counts.users = users.get<std::int64_t>(0);
            counts.admins = users.get<std::int64_t>(1);
            counts.disabled = users.get<std::int64_t>(2);
            counts.credits_left = users.get<std::int64_t>(3);
        }
        auto holds = connection.query(kSumHolds);
        if (holds.next()) counts.credits_held = holds.get<std::int64_t>(0);
        return counts;
    });
}

}  // namespace atelier
