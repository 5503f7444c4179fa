#include "queue/local/local_queue.h"

#include <algorithm>
#include <array>

namespace atelier {
namespace {

using sqlite::Connection;
using State = FairSchedule::Entry::State;

constexpr std::array<std::string_view, 1> kMigrations{R"(
CREATE TABLE queue_jobs(
    job_id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempt INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)"};

constexpr auto kAdd = "INSERT INTO queue_jobs VALUES(?,?,?,?,0) ON CONFLICT DO NOTHING";
constexpr auto kLoad = "SELECT job_id, user_id, seq, due_at, attempt FROM queue_jobs ORDER BY seq";

}  // namespace

Result<std::unique_ptr<LocalQueue>> LocalQueue::open(std::shared_ptr<sqlite::Database> database,
                                                     Clock& clock) {
    auto lock = FileLock::acquire(database->folder() / "queue.lock");
    if (!lock) return failure(std::move(lock.error()));
    auto migrated = database->migrate("queue", kMigrations);
    if (!migrated) return failure(std::move(migrated.error()));
    std::unique_ptr<LocalQueue> queue{new LocalQueue{std::move(database), clock, std::move(*lock)}};
    auto loaded = queue->load();
    if (!loaded) return failure(std::move(loaded.error()));
    return queue;
}

Result<> LocalQueue::load() {
    const auto now = clock_.now();
    auto read = [this, now](Connection& connection) -> Result<> {
        auto rows = connection.query(kLoad);
        while (rows.next()) {
            FairSchedule::Entry entry;
            entry.job = rows.get<JobId>(0);
            entry.user = rows.get<UserId>(1);
            entry.seq = rows.get<std::int64_t>(2);
            entry.change_at = rows.get<Instant>(3);
            entry.attempt = static_cast<int>(rows.get<std::int64_t>(4));
            if (entry.change_at > now) entry.state = State::Delayed;
            last_seq_ = entry.seq;
            schedule_.add(std::move(entry));
        }
        return {};
    };
    return database_->readNow(read);
}

Task<Result<>> LocalQueue::add(JobId job, UserId user, Millis delay) {
    FairSchedule::Entry entry;
    const bool known = withSchedule([&](FairSchedule& schedule, Instant now) {
        entry = {
            job,         user, ++last_seq_, 0, delay > Millis{0} ? State::Delayed : State::Waiting,
            now + delay, {}};
        return schedule.contains(job);
    });
    if (known) co_return Result<>{};
    auto insert = [entry](Connection& connection) -> Result<bool> {
        return connection.query(kAdd, entry.job, entry.user, entry.seq, entry.change_at).run() > 0;
    };
    auto inserted = co_await database_->write(std::move(insert));
    if (!inserted) co_return failure(std::move(inserted.error()));
    // When the row was there, whoever inserted it adds it here.
    if (*inserted) {
        withSchedule([&](FairSchedule& schedule, Instant) { schedule.add(entry); });
        wakeOne();
    }
    co_return Result<>{};
}

LocalQueue::Turn LocalQueue::takeOrRegister(Millis duration, Instant give_up) {
    return withSchedule([&](FairSchedule& schedule, Instant now) {
        Turn turn;
        turn.lease = schedule.take(now + duration, Uuid::v7(now).str());
        if (turn.lease || now >= give_up) return turn;
        turn.waiter = std::make_shared<std::stop_source>();
        turn.sleep_for = std::min(give_up, schedule.nextChange().value_or(give_up)) - now;
        waiters_.push_back(turn.waiter);
        return turn;
    });
}

void LocalQueue::unregister(const Waiter& waiter) {
    std::lock_guard lock{mutex_};
    std::erase(waiters_, waiter);
}

/// Lets one waiter look again: there may be a job for it, or an earlier moment to wake at.
void LocalQueue::wakeOne() {
    Waiter waiter;
    {
        std::lock_guard lock{mutex_};
        if (waiters_.empty()) return;
        waiter = std::move(waiters_.front());
        waiters_.pop_front();
    }
    waiter->request_stop();
}

Task<Result<std::optional<Lease>>> LocalQueue::lease(Millis duration, Millis wait,
                                                     std::stop_token stop) {
    const auto give_up = clock_.now() + wait;
    for (;;) {
        auto turn = takeOrRegister(duration, give_up);
        if (turn.lease) {
            // Others may find a job too, and must know when this lease runs out.
            wakeOne();
            auto delivered = co_await deliver(std::move(*turn.lease));
            co_return delivered;
        }
        if (!turn.waiter) break;
        {
            const std::stop_callback pass_on{stop,
                                             [waiter = turn.waiter] { waiter->request_stop(); }};
            auto woken = turn.waiter->get_token();
            co_await clock_.sleep(turn.sleep_for, std::move(woken));
        }
        unregister(turn.waiter);
        if (stop.stop_requested()) break;
    }
    // If a job woke this waiter in the very moment it gives up, the job is another one's.
    if (withSchedule([](FairSchedule& schedule, Instant) { return schedule.hasWaiting(); }))
        wakeOne();
    co_return std::optional<Lease>{};
}

/// Saves the number of deliveries before the job is handed out, so that a job that kills its
/// process is found out.
Task<Result<std::optional<Lease>>> LocalQueue::deliver(Lease lease) {
    auto count = [job = lease.job, attempt = lease.attempt](Connection& connection) -> Result<> {
        connection.query("UPDATE queue_jobs SET attempt=?2 WHERE job_id=?1", job, attempt).run();
        return {};
    };
    auto counted = co_await database_->write(std::move(count));
    if (!counted) {
        withSchedule(
            [&](FairSchedule& schedule, Instant now) { schedule.giveBack(lease, now, now); });
        co_return failure(std::move(counted.error()));
    }
    co_return std::optional<Lease>{std::move(lease)};
}

Task<Result<std::vector<JobId>>> LocalQueue::extend(std::vector<Lease> leases, Millis duration) {
    std::vector<JobId> lost;
    withSchedule([&](FairSchedule& schedule, Instant now) {
        for (const auto& lease : leases) {
            if (!schedule.extend(lease, now + duration)) lost.push_back(lease.job);
        }
    });
    co_return lost;
}

Task<Result<bool>> LocalQueue::ack(Lease lease) {
    auto entry =
        withSchedule([&](FairSchedule& schedule, Instant) { return schedule.extract(lease); });
    return forget(std::move(entry));
}

Task<Result<bool>> LocalQueue::remove(JobId job) {
    auto entry =
        withSchedule([&](FairSchedule& schedule, Instant) { return schedule.extractIdle(job); });
    return forget(std::move(entry));
}

/// Deletes the row of a job that was taken out of the schedule; puts it back when that fails.
Task<Result<bool>> LocalQueue::forget(std::optional<FairSchedule::Entry> entry) {
    if (!entry) co_return false;
    auto erase = [job = entry->job](Connection& connection) -> Result<> {
        connection.query("DELETE FROM queue_jobs WHERE job_id=?", job).run();
        return {};
    };
    auto erased = co_await database_->write(std::move(erase));
    if (!erased) {
        withSchedule([&](FairSchedule& schedule, Instant) { schedule.add(std::move(*entry)); });
        wakeOne();
        co_return failure(std::move(erased.error()));
    }
    co_return true;
}

Task<Result<bool>> LocalQueue::nack(Lease lease, Millis delay) {
    const auto due = clock_.now() + delay;
    const bool held =
        withSchedule([&](FairSchedule& schedule, Instant) { return schedule.holds(lease); });
    if (!held) co_return false;
    if (delay > Millis{0}) {
        auto postpone = [job = lease.job, due](Connection& connection) -> Result<> {
            connection.query("UPDATE queue_jobs SET due_at=?2 WHERE job_id=?1", job, due).run();
            return {};
        };
        auto postponed = co_await database_->write(std::move(postpone));
        if (!postponed) co_return failure(std::move(postponed.error()));
    }
    const bool given_back = withSchedule(
        [&](FairSchedule& schedule, Instant now) { return schedule.giveBack(lease, due, now); });
    wakeOne();
    co_return given_back;
}

Task<Result<bool>> LocalQueue::contains(JobId job) {
    co_return withSchedule([&](FairSchedule& schedule, Instant) { return schedule.contains(job); });
}

Task<Result<std::optional<std::int64_t>>> LocalQueue::position(JobId job) {
    co_return withSchedule([&](FairSchedule& schedule, Instant) { return schedule.position(job); });
}

Task<Result<QueueDepth>> LocalQueue::depth() {
    co_return withSchedule([](FairSchedule& schedule, Instant) { return schedule.depth(); });
}

}  // namespace atelier
