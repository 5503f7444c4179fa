#include "store/sqlite/changes.h"
#include "store/sqlite/rows.h"
#include "store/sqlite/sqlite_store.h"

namespace atelier {
namespace {

using sqlite::Connection;

constexpr auto kInsertJob =
    "INSERT INTO jobs(id, user_id, kind, status, domain, version, settled, created_at, ended_at, "
    "doc, "
    "announced) VALUES(?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING";
constexpr auto kUpdate =
    "UPDATE jobs SET status=?3, version=version+1, settled=?4, ended_at=?5, doc=?6, "
    "announced=?7 WHERE id=?1 AND version=?2";
constexpr auto kListJobs =
    "SELECT doc FROM jobs WHERE user_id=?1 AND id<?2 AND (?3 IS NULL OR kind=?3) AND (?4 IS NULL "
    "OR status=?4)"
    " AND (?5 IS NULL OR domain=?5) ORDER BY id DESC LIMIT ?6";
constexpr auto kUnfinished =
    "SELECT id FROM jobs WHERE ended_at IS NULL AND created_at<? ORDER BY created_at LIMIT ?";
constexpr auto kUnsettled =
    "SELECT doc FROM jobs WHERE ended_at IS NOT NULL AND settled = 0 AND ended_at<? ORDER BY "
    "ended_at LIMIT ?";
constexpr auto kUnannounced =
    "SELECT doc FROM jobs WHERE ended_at IS NOT NULL AND settled = 1 AND announced = 0 ORDER BY "
    "ended_at LIMIT ?";

constexpr auto kSettled =
    "SELECT doc FROM jobs WHERE ended_at IS NOT NULL AND settled = 1 AND ended_at<? ORDER BY "
    "ended_at LIMIT ?";
constexpr auto kRemove = "DELETE FROM jobs WHERE id=? AND ended_at IS NOT NULL AND settled = 1";

std::optional<Instant> endOf(const Job& job) {
    if (!isTerminal(job.status)) return std::nullopt;
    return job.finished_at.value_or(job.created_at);
}

/// Keys are only added: a job refers to what it once used until it is removed.
void noteBlobs(Connection& connection, const Job& job) {
    for (const auto& key : blobKeysOf(job))
        connection.query("INSERT OR IGNORE INTO job_blobs VALUES(?,?)", key, job.id).run();
}

}  // namespace

Result<> sqlite::insertJob(Connection& connection, const Job& job, const std::string& doc) {
    const int added = connection
                          .query(kInsertJob, job.id, job.user_id, nameOf(job.kind),
                                 nameOf(job.status), job.request.domain, job.version, job.settled,
                                 job.created_at, endOf(job), doc, job.announced)
                          .run();
    if (added == 0) return failure(ErrorCode::Conflict, "a job with this id exists");
    noteBlobs(connection, job);
    return {};
}

Task<Result<Balance>> SqliteStore::acceptJob(Job job, UsageLog line, int max_holds) {
    auto doc = json::write(job);
    return database_->write([job = std::move(job), line = std::move(line), doc = std::move(doc),
                             max_holds,
                             last = last_hold_](Connection& connection) mutable -> Result<Balance> {
        auto balance =
            sqlite::holdCredits(connection, job.user_id, job.id, job.credits_held, max_holds);
        if (!balance) return balance;
        const auto inserted = sqlite::insertJob(connection, job, doc);
        if (!inserted) return failure(inserted.error());
        line.balance = balance->left;
        if (line.id <= *last) line.id = UsageId{Uuid::ofTick(last->value().tick() + 1)};
        *last = line.id;
        const auto appended = sqlite::appendLine(connection, line);
        if (!appended) return failure(appended.error());
        return balance;
    });
}

Task<Result<>> SqliteStore::insertJob(Job job) {
    auto doc = json::write(job);
    return database_->write([job = std::move(job), doc = std::move(doc)](Connection& connection) {
        return sqlite::insertJob(connection, job, doc);
    });
}

Task<Result<std::optional<Job>>> SqliteStore::findJob(JobId id) {
    return database_->read([id](Connection& connection) {
        auto row = connection.query("SELECT doc FROM jobs WHERE id=?", id);
        return sqlite::findDocument<Job>(row);
    });
}

Task<Result<std::int64_t>> SqliteStore::updateJob(Job job) {
    const auto expected = job.version++;
    auto doc = json::write(job);
    return database_->write([job = std::move(job), expected,
                             doc = std::move(doc)](Connection& connection) -> Result<std::int64_t> {
        const int changed = connection
                                .query(kUpdate, job.id, expected, nameOf(job.status), job.settled,
                                       endOf(job), doc, job.announced)
                                .run();
        if (changed > 0) {
            noteBlobs(connection, job);
            return job.version;
        }
        auto row = connection.query("SELECT version FROM jobs WHERE id=?", job.id);
        if (!row.next()) return failure(ErrorCode::NotFound, "there is no such job");
        return failure(ErrorCode::Conflict, "the job was changed meanwhile");
    });
}

Task<Result<Page<Job>>> SqliteStore::listJobs(UserId owner, JobFilter filter, PageRequest page) {
    const bool filtered = filter.kind || filter.status || filter.domain;
    auto list = [owner, filter = std::move(filter),
                 page = std::move(page)](Connection& connection) -> Result<Page<Job>> {
        const auto from = sqlite::cursorOf(page, sqlite::pastLastId());
        if (!from) return failure(from.error());
        auto rows = connection.query(
            kListJobs, owner, *from, filter.kind.transform(nameOf<JobKind>),
            filter.status.transform(nameOf<JobStatus>), filter.domain, sqlite::rowsFor(page));
        auto jobs = sqlite::listDocuments<Job>(rows);
        if (!jobs) return failure(std::move(jobs.error()));
        return sqlite::toPage(std::move(*jobs), page);
    };
    return filtered ? database_->readAside(std::move(list)) : database_->read(std::move(list));
}

Task<Result<bool>> SqliteStore::removeJob(JobId id) {
    return database_->write([id](Connection& connection) -> Result<bool> {
        if (connection.query(kRemove, id).run() == 0) return false;
        connection.query("DELETE FROM job_blobs WHERE job_id=?", id).run();
        return true;
    });
}

Task<Result<std::vector<Job>>> SqliteStore::listSettled(Instant before, int limit) {
    return database_->read([before, limit](Connection& connection) {
        auto rows = connection.query(kSettled, before, limit);
        return sqlite::readableDocuments<Job>(rows);
    });
}

Task<Result<int>> SqliteStore::countActiveJobs(UserId owner) {
    return database_->read([owner](Connection& connection) -> Result<int> {
        auto row = connection.query(
            "SELECT count(*) FROM jobs WHERE user_id=? AND ended_at IS NULL", owner);
        return row.next() ? static_cast<int>(row.get<std::int64_t>(0)) : 0;
    });
}

Task<Result<std::vector<JobId>>> SqliteStore::listUnfinished(Instant before, int limit) {
    return database_->read([before, limit](Connection& connection) -> Result<std::vector<JobId>> {
        std::vector<JobId> ids;
        auto rows = connection.query(kUnfinished, before, limit);
        while (rows.next()) ids.push_back(rows.get<JobId>(0));
        return ids;
    });
}

Task<Result<std::vector<Job>>> SqliteStore::listUnsettled(Instant before, int limit) {
    return database_->read([before, limit](Connection& connection) {
        auto rows = connection.query(kUnsettled, before, limit);
        return sqlite::readableDocuments<Job>(rows);
    });
}

Task<Result<std::vector<Job>>> SqliteStore::listUnannounced(int limit) {
    return database_->read([limit](Connection& connection) {
        auto rows = connection.query(kUnannounced, limit);
        return sqlite::readableDocuments<Job>(rows);
    });
}

}  // namespace atelier
