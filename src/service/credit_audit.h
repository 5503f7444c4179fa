#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ports/store.h"
#include "util/clock.h"

namespace atelier {

/// Proves that users, jobs and the ledger tell the same story about credits:
/// granted = left + held + settled for every user; per job what was held is charged or given back,
/// as the job says; every line reads as it counts and belongs to someone. Jobs that were erased are
/// missed only where what is left of them cannot be right.
///
/// Reads page by page, also beside a running service: what looks wrong is read again before it is
/// believed.
class CreditAudit {
  public:
    /// One sentence that names the user, the job and the difference.
    using Report = std::function<void(const std::string& line)>;

    struct Tally {
        std::int64_t users = 0;
        std::int64_t jobs = 0;  ///< those that only the ledger knows included
        std::int64_t wrong = 0;
    };

    CreditAudit(Store& store, Clock& clock, Report report)
        : store_{store}, clock_{clock}, report_{std::move(report)} {}

    Task<Result<Tally>> run();

  private:
    /// What is known of one job.
    struct Story {
        JobId id;
        std::optional<Job> job;
        std::vector<FiledLine> lines;
        std::optional<User> owner;  ///< read for jobs that are not settled
    };
    using Problems = std::vector<std::string>;

    Task<Result<>> checkUsers();
    Task<Result<Problems>> problemsOf(UserId id);
    Task<Result<Problems>> holdProblems(User user);
    Task<Result<>> checkJobs();
    Task<Result<>> checkJob(Story story);
    Task<Result<>> findOwner(Story& story);
    static Problems problemsOf(const Story& story);
    Task<Result<>> checkGrants();
    Task<Result<>> checkExists(UserId user);
    void report(const std::string& subject, const Problems& problems);

    Store& store_;
    Clock& clock_;
    const Report report_;
    Tally tally_;
    std::map<UserId, bool> known_;  ///< recently seen in the ledger: whether they exist
};

}  // namespace atelier
