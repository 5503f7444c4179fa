#pragma once

#include <span>
#include <string_view>

#include "domain/error.h"
#include "redis/script.h"

namespace atelier::bullmq {

/// BullMQ's scripts that the queue uses, where needed with our additions in front.
struct ScriptSet {
    /// From the files of the npm package. Errors: Internal (a script is missing, takes another
    /// number of keys than the one this was written for, or cannot be read); NotReady (`files` has
    /// nothing: a build without the package).
    static Result<ScriptSet> load(std::span<const std::string_view> files);

    redis::Script add_prioritized;  ///< + kBeforeAdd
    redis::Script add_delayed;      ///< + kBeforeAdd
    redis::Script move_to_active;
    redis::Script move_to_finished;
    redis::Script move_to_delayed;  ///< + kBeforeDelay
    redis::Script retry_job;        ///< + kBeforeRetry
    redis::Script move_stalled;     ///< + kBeforeStalledCheck
    redis::Script extend_locks;
    redis::Script remove_job;
    redis::Script get_state;
    redis::Script get_counts;
    redis::Script obliterate;
    redis::Script position;  ///< ours alone
};

}  // namespace atelier::bullmq
