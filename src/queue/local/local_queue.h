#pragma once

#include <list>
#include <memory>
#include <mutex>

#include "ports/job_queue.h"
#include "store/sqlite_db/database.h"
#include "util/clock.h"

namespace atelier {

/// The queue of the embedded mode: a table in the SQLite file, so that a job id is in
/// it durably. One process takes jobs from it; others may add.
///
/// Fairness is start-time fair queueing: a job's turn is one after its user's last
/// one, or after the turn now being served if that is later; the lowest turn is next.
class LocalQueue final : public JobQueue {
  public:
    /// Errors: NotReady.
    static Result<std::unique_ptr<LocalQueue>> open(sqlite::Database& database, Clock& clock);
    ~LocalQueue() override;

    /// Makes this the one process that takes jobs and gives back what an earlier one
    /// had leased. Blocking. Errors: NotReady (another process is working on it).
    Result<> becomeWorker();

    Task<Result<>> add(JobId job, UserId user, Millis delay) override;
    Task<Result<std::optional<Lease>>> lease(Millis duration, Millis wait, std::stop_token stop) override;
    Task<Result<std::vector<JobId>>> extend(std::vector<Lease> leases, Millis duration) override;
    Task<Result<bool>> ack(Lease lease) override;
    Task<Result<bool>> nack(Lease lease, Millis delay) override;
    Task<Result<bool>> remove(JobId job) override;
    Task<Result<bool>> contains(JobId job) override;
    Task<Result<std::optional<std::int64_t>>> position(JobId job) override;
    Task<Result<QueueDepth>> depth() override;

  private:
    LocalQueue(sqlite::Database& database, Clock& clock) : database_{database}, clock_{clock} {}

    /// How long until something may be taken: zero now, empty when nothing is coming.
    Result<std::optional<Millis>> untilNext();
    Task<Result<std::optional<Lease>>> take(Millis duration);
    Task<> waitForWork(Millis longest, std::stop_token stop);
    void wakeOne();

    sqlite::Database& database_;
    Clock& clock_;
    int lock_file_ = -1;
    std::mutex mutex_;
    std::list<std::stop_source> waiting_;  // guarded by mutex_
};

}  // namespace atelier
