#pragma once

#include <map>
#include <optional>

#include <boost/describe.hpp>

#include "domain/credits.h"
#include "domain/error.h"
#include "domain/job.h"
#include "ports/job_store.h"
#include "ports/page.h"
#include "util/task.h"

namespace atelier {

/// How much of everything there is.
struct StoreCounts {
    std::map<JobStatus, std::int64_t> jobs;  ///< a status that no job has is missing
    std::int64_t users = 0;                  ///< these three without erased ones
    std::int64_t admins = 0;
    std::int64_t disabled = 0;
    Credits credits_left = 0;
    Credits credits_held = 0;
};

/// What only administrators see. Thread-safe. Reads without an owner: not for requests of users.
/// All methods may fail with NotReady.
class AdminStore {
  public:
    virtual ~AdminStore() = default;

    /// Jobs of everyone, or of `owner`, newest first.
    virtual Task<Result<Page<Job>>> listAllJobs(std::optional<UserId> owner, JobFilter filter,
                                                PageRequest page) = 0;
    /// Reads whole tables (in indexes): not for hot paths. The figures need not be of one moment.
    virtual Task<Result<StoreCounts>> counts() = 0;
};

}  // namespace atelier
