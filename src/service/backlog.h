#pragma once

#include <atomic>

#include "ports/job_queue.h"
#include "util/clock.h"

namespace atelier {

/// Refuses new jobs while too many wait in the queue: they would only get old there. Thread-safe.
class Backlog {
  public:
    Backlog(JobQueue& queue, const Clock& clock, std::int64_t max_waiting)
        : queue_{queue}, clock_{clock}, max_waiting_{max_waiting} {}

    /// Looks at the queue once a second at most. A queue that does not answer refuses nothing: what
    /// is stored is found by the sweeper. Errors: NotReady with retry_after.
    Task<Result<>> admit();

  private:
    JobQueue& queue_;
    const Clock& clock_;
    const std::int64_t max_waiting_;
    std::atomic<SteadyTime::rep> look_again_at_{0};
    std::atomic<std::int64_t> waiting_{0};
};

}  // namespace atelier
