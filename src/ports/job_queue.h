#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "domain/error.h"
#include "domain/ids.h"
#include "util/task.h"
#include "util/time.h"

namespace atelier {

/// The right to work on one job until the lease runs out. `token` is unique per
/// lease, so that a worker that lost its lease cannot finish someone else's.
struct Lease {
    JobId job;
    std::string token;
    int attempt = 1;  ///< 1 for the first delivery
};

struct QueueDepth {
    std::int64_t waiting = 0;
    std::int64_t delayed = 0;
    std::int64_t active = 0;
};

/// Carries job ids to workers, at least once. It is not the truth: the sweeper
/// re-adds what it loses. Thread-safe. All methods may fail with NotReady.
class JobQueue {
  public:
    virtual ~JobQueue() = default;

    /// Queues `job`, fair between users: users with waiting jobs take turns.
    /// A job that is queued, delayed or leased already is left as it is: success.
    virtual Task<Result<>> add(JobId job, UserId user, Millis delay = Millis{0}) = 0;
    /// True when the queue writes to the store's own log: what is added after a change of the store
    /// has begun is delivered, and durable, only after that change. One wait then does for both.
    virtual bool followsStore() const { return false; }

    /// The next job, leased for `duration`; waits up to `wait` for one. Empty when
    /// none came or `stop` was requested. An expired lease counts as waiting.
    virtual Task<Result<std::optional<Lease>>> lease(Millis duration, Millis wait,
                                                     std::stop_token stop) = 0;

    /// Prolongs the leases to `duration` from now; returns the jobs that were lost.
    virtual Task<Result<std::vector<JobId>>> extend(std::vector<Lease> leases, Millis duration) = 0;

    /// The job is done with: it leaves the queue. False when the lease was lost.
    virtual Task<Result<bool>> ack(Lease lease) = 0;
    /// Gives the job back, to be delivered again after `delay`. False when lost.
    virtual Task<Result<bool>> nack(Lease lease, Millis delay) = 0;

    /// Removes a job that nobody works on; leased ones stay. True when removed.
    virtual Task<Result<bool>> remove(JobId job) = 0;
    virtual Task<Result<bool>> contains(JobId job) = 0;
    /// How many jobs are delivered before this one; empty when it is not waiting.
    virtual Task<Result<std::optional<std::int64_t>>> position(JobId job) = 0;
    virtual Task<Result<QueueDepth>> depth() = 0;
};

}  // namespace atelier
