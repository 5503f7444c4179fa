#pragma once

#include "queue/bullmq/script_set.h"
#include "redis/client.h"
#include "util/task.h"

namespace atelier::bullmq {

/// Runs a job through all scripts on a queue of its own, which is gone afterwards: finds arguments
/// that changed places. Takes a few milliseconds. Errors: NotReady (Redis), Internal (a script does
/// not do what it should).
Task<Result<>> selfTest(redis::Client& client, const ScriptSet& scripts, std::string prefix);

}  // namespace atelier::bullmq
