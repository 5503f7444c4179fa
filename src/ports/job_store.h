#pragma once

#include <optional>
#include <vector>

#include "domain/credits.h"
#include "domain/error.h"
#include "domain/job.h"
#include "ports/page.h"
#include "util/task.h"

namespace atelier {

struct JobFilter {
    std::optional<JobKind> kind;
    std::optional<JobStatus> status;
    std::optional<std::string> domain;
};

/// Jobs: the truth about all work. Thread-safe. Durable when a task completes.
/// All methods may fail with NotReady.
class JobStore {
  public:
    virtual ~JobStore() = default;

    /// Takes a job on: holds `job.credits_held` on its owner (as UserStore::hold), who must have
    /// fewer than `max_holds` others, inserts the job and appends `line`, its balance filled in
    /// and, where holds are made one after the other, its id raised to sort in that order. Returns
    /// the balance with the hold. One transaction where the store has them; else in that order,
    /// each step repairable by the reconciler. Holds are counted in the change that adds one, so
    /// that no race exceeds them. Errors, nothing having changed: TooManyActiveJobs,
    /// InsufficientCredits (figures needed, available), NotFound (no such user), Conflict (a job
    /// with that id exists).
    virtual Task<Result<Balance>> acceptJob(Job job, UsageLog line, int max_holds) = 0;
    /// Errors: Conflict (a job with that id exists).
    virtual Task<Result<>> insertJob(Job job) = 0;
    /// Empty when there is none: not an error.
    virtual Task<Result<std::optional<Job>>> findJob(JobId id) = 0;

    /// Replaces the stored job if its version still is `job.version`, storing
    /// version + 1, which is returned. This compare-and-set is what makes every
    /// transition, terminal ones included, happen once.
    /// Errors: Conflict (someone was faster; read again), NotFound.
    virtual Task<Result<std::int64_t>> updateJob(Job job) = 0;

    virtual Task<Result<Page<Job>>> listJobs(UserId owner, JobFilter filter, PageRequest page) = 0;
    /// Forgets a job that has ended and is settled. False when there is none such.
    virtual Task<Result<bool>> removeJob(JobId id) = 0;
    /// Settled jobs that ended before `before`, oldest first. This list and those below leave out,
    /// and say so in the log, what this version cannot read: a job that a newer one wrote must not
    /// stop the work on the others.
    virtual Task<Result<std::vector<Job>>> listSettled(Instant before, int limit) = 0;
    /// Number of the user's jobs that have not ended.
    virtual Task<Result<int>> countActiveJobs(UserId owner) = 0;

    /// Ids of jobs that have not ended, created before `before`, oldest first.
    virtual Task<Result<std::vector<JobId>>> listUnfinished(Instant before, int limit) = 0;
    /// Ended jobs that are not settled, ended before `before`, oldest first.
    virtual Task<Result<std::vector<Job>>> listUnsettled(Instant before, int limit) = 0;
    /// Ended and settled jobs that are not announced, oldest first.
    virtual Task<Result<std::vector<Job>>> listUnannounced(int limit) = 0;
};

}  // namespace atelier
