#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>

#include "ports/job_queue.h"
#include "queue/local/fair_schedule.h"
#include "queue/local/file_lock.h"
#include "store/sqlite_db/database.h"
#include "util/clock.h"

namespace atelier {

/// The queue of the embedded mode: a table of the SQLite file for what must outlive the process,
/// and the schedule in memory. One process at a time works on it. Leases live in memory only: when
/// the process dies, its jobs wait again, with their number of deliveries. Thread-safe; nothing
/// happens while idle, waiters are woken.
class LocalQueue final : public JobQueue {
  public:
    /// Loads what an earlier process left. `clock` must outlive the queue.
    /// Errors: NotReady (another process has it open; written by a newer program; the disk fails).
    static Result<std::unique_ptr<LocalQueue>> open(std::shared_ptr<sqlite::Database> database,
                                                    Clock& clock);

    Task<Result<>> add(JobId job, UserId user, Millis delay = Millis{0}) override;
    bool followsStore() const override { return true; }  // one writer, first come first served
    Task<Result<std::optional<Lease>>> lease(Millis duration, Millis wait,
                                             std::stop_token stop) override;
    Task<Result<std::vector<JobId>>> extend(std::vector<Lease> leases, Millis duration) override;
    Task<Result<bool>> ack(Lease lease) override;
    Task<Result<bool>> nack(Lease lease, Millis delay) override;
    Task<Result<bool>> remove(JobId job) override;
    Task<Result<bool>> contains(JobId job) override;
    Task<Result<std::optional<std::int64_t>>> position(JobId job) override;
    Task<Result<QueueDepth>> depth() override;

  private:
    /// Someone in `lease` who sleeps until this source is told to stop.
    using Waiter = std::shared_ptr<std::stop_source>;
    struct Turn {
        std::optional<Lease> lease;
        Waiter waiter;       ///< without a lease: registered, to sleep on
        Millis sleep_for{};  ///< until something changes or the wait is over
    };

    LocalQueue(std::shared_ptr<sqlite::Database> database, Clock& clock,
               std::unique_ptr<FileLock> lock)
        : database_{std::move(database)}, clock_{clock}, lock_{std::move(lock)} {}

    Result<> load();
    Turn takeOrRegister(Millis duration, Instant give_up);
    void unregister(const Waiter& waiter);
    void wakeOne();
    Task<Result<std::optional<Lease>>> deliver(Lease lease);
    Task<Result<bool>> forget(std::optional<FairSchedule::Entry> entry);

    /// Runs `fn` on the schedule as it is now.
    template <class Fn>
    auto withSchedule(Fn fn) {
        std::lock_guard lock{mutex_};
        const auto now = clock_.now();
        schedule_.advanceTo(now);
        return fn(schedule_, now);
    }

    std::shared_ptr<sqlite::Database> database_;
    Clock& clock_;
    std::unique_ptr<FileLock> lock_;
    std::mutex mutex_;
    FairSchedule schedule_;       // guarded by mutex_
    std::deque<Waiter> waiters_;  // guarded by mutex_
    std::int64_t last_seq_ = 0;   // guarded by mutex_
};

}  // namespace atelier
