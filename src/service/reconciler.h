#pragma once

#include <functional>

#include "ports/job_queue.h"
#include "ports/store.h"
#include "service/credit_service.h"

namespace atelier {

/// Finishes what crashes cut off and finds what the queue lost. Any process may
/// run it at any time, also several at once: every repair is idempotent.
class Reconciler {
  public:
    struct Parts {
        Store& store;
        JobQueue& queue;
        CreditService& credits;
        const Clock& clock;
        /// Younger things may still be under way and are left alone.
        Millis grace{10'000};
    };
    struct Report {
        int requeued = 0;
        int settled = 0;
        int checked_users = 0;
    };
    explicit Reconciler(Parts parts) : parts_{parts} {}

    /// One pass over everything. Stops at the first failure of a store or queue.
    Task<Result<Report>> run();

  private:
    Task<Result<int>> requeueLost();
    Task<Result<int>> settleEnded();
    Task<Result<int>> repairUsers();

    Parts parts_;
};

}  // namespace atelier
