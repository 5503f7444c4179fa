#include "queue/local/local_queue.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>

#include <drogon/utils/coroutine.h>

#include "util/encoding.h"
#include "util/scope_exit.h"

namespace atelier {
namespace {

using sqlite::Connection;

// `turn` orders; `lease_until` 0 = not leased. Times are milliseconds since 1970.
constexpr std::array<std::string_view, 1> kMigrations = {R"sql(
    CREATE TABLE queue_jobs (
        job BLOB PRIMARY KEY, user BLOB NOT NULL, turn INTEGER NOT NULL, due INTEGER NOT NULL,
        lease_until INTEGER NOT NULL DEFAULT 0, token TEXT NOT NULL DEFAULT '', attempt INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE INDEX queue_jobs_by_turn ON queue_jobs (turn, job);
    CREATE INDEX queue_jobs_by_user ON queue_jobs (user, turn);
    CREATE INDEX queue_jobs_by_wait ON queue_jobs (max(due, lease_until));
    CREATE TABLE queue_state (one INTEGER PRIMARY KEY CHECK (one = 1), turn INTEGER NOT NULL);
    INSERT INTO queue_state VALUES (1, 0);
)sql"};

constexpr std::string_view kAdd = R"sql(
    INSERT INTO queue_jobs (job, user, turn, due)
    VALUES (?1, ?2, 1 + max((SELECT turn FROM queue_state),
                            ifnull((SELECT max(turn) FROM queue_jobs WHERE user = ?2), 0)), ?3)
    ON CONFLICT (job) DO NOTHING)sql";

constexpr std::string_view kTake = R"sql(
    UPDATE queue_jobs SET lease_until = ?2, token = ?3, attempt = attempt + 1
    WHERE job = (SELECT job FROM queue_jobs WHERE due <= ?1 AND lease_until <= ?1 ORDER BY turn, job LIMIT 1)
    RETURNING job, attempt, turn)sql";

}  // namespace

Result<std::unique_ptr<LocalQueue>> LocalQueue::open(sqlite::Database& database, Clock& clock) {
    if (auto migrated = database.migrate("queue", kMigrations); !migrated)
        return failure(std::move(migrated.error()));
    return std::unique_ptr<LocalQueue>{new LocalQueue{database, clock}};
}

LocalQueue::~LocalQueue() {
    if (lock_file_ >= 0) ::close(lock_file_);
}

Result<> LocalQueue::becomeWorker() {
    const auto path = database_.folder() / "worker.lock";
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0 || ::flock(file, LOCK_EX | LOCK_NB) != 0) {
        if (file >= 0) ::close(file);
        return failure(ErrorCode::NotReady, "another atelier process works on the data folder " +
                                                database_.folder().string() + "; stop it, or use --no-worker");
    }
    lock_file_ = file;
    auto give_back = [](Connection& connection) -> Result<> {
        connection.query("UPDATE queue_jobs SET lease_until = 0, token = '' WHERE lease_until > 0").run();
        return {};
    };
    return drogon::sync_wait(database_.write(std::move(give_back)));
}

Task<Result<>> LocalQueue::add(JobId job, UserId user, Millis delay) {
    const auto due = clock_.now() + delay;
    auto insert = [job, user, due](Connection& connection) -> Result<> {
        connection.query(kAdd, job, user, due).run();
        return {};
    };
    auto added = co_await database_.write(std::move(insert));
    if (added) wakeOne();
    co_return added;
}

Result<std::optional<Millis>> LocalQueue::untilNext() {
    auto read = [now = clock_.now()](Connection& connection) -> Result<std::optional<Millis>> {
        auto query = connection.query("SELECT min(max(due, lease_until)) FROM queue_jobs");
        if (!query.next()) return std::optional<Millis>{};
        const auto next = query.get<std::optional<Instant>>(0);
        if (!next) return std::optional<Millis>{};
        return std::optional{std::max(*next - now, Millis{0})};
    };
    return database_.readNow(read);
}

Task<Result<std::optional<Lease>>> LocalQueue::take(Millis duration) {
    const auto now = clock_.now();
    const auto token = toHex(randomBytes(12));
    auto update = [now, until = now + duration, token](Connection& connection) -> Result<std::optional<Lease>> {
        auto query = connection.query(kTake, now, until, token);
        if (!query.next()) return std::optional<Lease>{};
        const auto turn = query.get<std::int64_t>(2);
        const Lease lease{query.get<JobId>(0), token, static_cast<int>(query.get<std::int64_t>(1))};
        connection.query("UPDATE queue_state SET turn = max(turn, ?1)", turn).run();
        return std::optional{lease};
    };
    return database_.write(std::move(update));
}

void LocalQueue::wakeOne() {
    std::stop_source woken{std::nostopstate};
    {
        std::lock_guard lock{mutex_};
        if (waiting_.empty()) return;
        woken = waiting_.front();
        waiting_.pop_front();
    }
    woken.request_stop();
}

Task<> LocalQueue::waitForWork(Millis longest, std::stop_token stop) {
    std::stop_source woken;
    {
        std::lock_guard lock{mutex_};
        waiting_.push_back(woken);
    }
    const ScopeExit leave{[this, woken] {
        std::lock_guard lock{mutex_};
        waiting_.remove(woken);
    }};
    std::stop_callback on_stop{stop, [woken]() mutable { woken.request_stop(); }};
    // Looked at once more with our name on the list: an add before that would wake nobody.
    const auto next = untilNext();
    if (!next || (*next && **next == Millis{0})) co_return;
    const Millis wait = std::min(longest, next->value_or(longest));
    co_await clock_.sleep(wait, woken.get_token());
}

Task<Result<std::optional<Lease>>> LocalQueue::lease(Millis duration, Millis wait, std::stop_token stop) {
    const auto until = clock_.now() + wait;
    for (;;) {
        const auto next = untilNext();
        if (!next) co_return failure(next.error());
        if (*next && **next == Millis{0}) {
            auto taken = co_await take(duration);
            if (!taken || *taken) co_return taken;
        }
        const auto left = until - clock_.now();
        if (left <= Millis{0} || stop.stop_requested()) co_return std::optional<Lease>{};
        co_await waitForWork(left, stop);
    }
}

Task<Result<std::vector<JobId>>> LocalQueue::extend(std::vector<Lease> leases, Millis duration) {
    auto update = [leases = std::move(leases),
                   until = clock_.now() + duration](Connection& connection) -> Result<std::vector<JobId>> {
        std::vector<JobId> lost;
        for (const auto& lease : leases) {
            const int kept = connection
                                 .query("UPDATE queue_jobs SET lease_until = ?1 WHERE job = ?2 AND token = ?3", until,
                                        lease.job, lease.token)
                                 .run();
            if (kept == 0) lost.push_back(lease.job);
        }
        return lost;
    };
    return database_.write(std::move(update));
}

Task<Result<bool>> LocalQueue::ack(Lease lease) {
    auto remove = [lease = std::move(lease)](Connection& connection) -> Result<bool> {
        return connection.query("DELETE FROM queue_jobs WHERE job = ?1 AND token = ?2", lease.job, lease.token)
                   .run() > 0;
    };
    return database_.write(std::move(remove));
}

Task<Result<bool>> LocalQueue::nack(Lease lease, Millis delay) {
    const auto due = clock_.now() + delay;
    auto update = [lease = std::move(lease), due](Connection& connection) -> Result<bool> {
        return connection
                   .query("UPDATE queue_jobs SET lease_until = 0, token = '', due = ?1 WHERE job = ?2 AND token = ?3",
                          due, lease.job, lease.token)
                   .run() > 0;
    };
    auto given_back = co_await database_.write(std::move(update));
    wakeOne();
    co_return given_back;
}

Task<Result<bool>> LocalQueue::remove(JobId job) {
    auto remove = [job, now = clock_.now()](Connection& connection) -> Result<bool> {
        return connection.query("DELETE FROM queue_jobs WHERE job = ?1 AND lease_until <= ?2", job, now).run() > 0;
    };
    return database_.write(std::move(remove));
}

Task<Result<bool>> LocalQueue::contains(JobId job) {
    auto read = [job](Connection& connection) -> Result<bool> {
        return connection.query("SELECT 1 FROM queue_jobs WHERE job = ?1", job).next();
    };
    return database_.read(std::move(read));
}

Task<Result<std::optional<std::int64_t>>> LocalQueue::position(JobId job) {
    auto read = [job, now = clock_.now()](Connection& connection) -> Result<std::optional<std::int64_t>> {
        auto query = connection.query(R"sql(
            SELECT count(*) FROM queue_jobs AS mine JOIN queue_jobs AS other
              ON (other.turn, other.job) <= (mine.turn, mine.job) AND other.lease_until <= ?2
            WHERE mine.job = ?1 AND mine.lease_until <= ?2)sql", job, now);
        const std::int64_t up_to_mine = query.next() ? query.get<std::int64_t>(0) : 0;
        if (up_to_mine == 0) return std::optional<std::int64_t>{};
        return std::optional{up_to_mine - 1};
    };
    return database_.read(std::move(read));
}

Task<Result<QueueDepth>> LocalQueue::depth() {
    auto read = [now = clock_.now()](Connection& connection) -> Result<QueueDepth> {
        auto query = connection.query(R"sql(
            SELECT count(*) FILTER (WHERE lease_until <= ?1 AND due <= ?1),
                   count(*) FILTER (WHERE lease_until <= ?1 AND due > ?1),
                   count(*) FILTER (WHERE lease_until > ?1) FROM queue_jobs)sql", now);
        QueueDepth depth;
        if (!query.next()) return depth;
        depth.waiting = query.get<std::int64_t>(0);
        depth.delayed = query.get<std::int64_t>(1);
        depth.active = query.get<std::int64_t>(2);
        return depth;
    };
    return database_.read(std::move(read));
}

}  // namespace atelier
