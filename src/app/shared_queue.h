#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/settings.h"
#include "ports/job_queue.h"
#include "util/clock.h"

namespace atelier {

/// The queue on the Redis that REDIS_URL names, which must be set. Blocking.
/// Errors: ValidationFailed (the URL), NotReady (Redis is away, refuses us or is too old; a build
/// without BullMQ).
Result<std::unique_ptr<JobQueue>> openSharedQueue(const RedisSettings& settings, Clock& clock);

/// What an operator should know about that queue.
struct SharedQueueState {
    std::string server;  ///< "Redis 7.0.15 at cache:6379"
    QueueDepth depth;
    std::vector<std::string> warnings;
};
/// Blocking. Errors: as `openSharedQueue`.
Result<SharedQueueState> examineSharedQueue(const RedisSettings& settings, Clock& clock);

/// The bullmq package whose scripts are built in, "6.7.0", and its licence; "" when there is none.
std::string_view builtInBullmq();
std::string_view builtInBullmqLicence();

}  // namespace atelier
