#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ports/job_queue.h"

namespace atelier::bullmq {

/// The packed arguments of BullMQ's scripts. A mistake in them leaves half-finished jobs, since
/// Redis undoes nothing.

/// ARGV[1] of the add scripts: whose key base, which job, made when.
std::string packAddArgs(const std::string& base, const std::string& job, Instant now);
/// ARGV[3] of the add scripts, but for the last four bytes: the script appends the priority, as a
/// 32 bit number.
std::string packAddOptions(const std::string& job, Millis delay, Instant now);
/// ARGV[3] of moveToActive. `worker` is who the job is shown to be processed by.
std::string packFetchOptions(const std::string& token, Millis lock, const std::string& worker);

/// How long finished jobs stay to be looked at: seconds, and how many at most.
struct Keep {
    std::int64_t age_s = 3'600;
    std::int64_t count = 1'000;
};
/// ARGV[8] of moveToFinished; token, lock and worker are those of the job that it fetches next,
/// too. Without `keep` nothing is removed this time.
std::string packFinishOptions(const std::string& token, std::optional<Keep> keep, Millis lock,
                              const std::string& worker);
/// A list of texts.
std::string packTexts(const std::vector<std::string>& texts);

/// A job's payload: {"jobId","userId"}.
std::string jobData(const std::string& job, const std::string& user);

}  // namespace atelier::bullmq
