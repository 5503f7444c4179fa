#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stop_token>

#include "ports/job_queue.h"
#include "util/loop_thread.h"
#include "worker/job_runner.h"

namespace atelier {

/// Leases jobs and runs up to `concurrency` of them at once, prolonging their
/// leases until they end. A quarter of them (or kAhead, if that is more) may be ahead
/// of the provider: the others stay in the queue, where users take turns. All jobs
/// share one event loop; what blocks or computes runs on the pools of the parts.
class Worker {
  public:
    static constexpr int kAhead = 8;

    struct Options {
        int concurrency = 256;
        Millis lease{30'000};
        /// How long a job waits after `Outcome::Later`.
        Millis retry_delay{5'000};
    };
    struct Listener {
        /// Something went wrong: a constant sentence, and what varies.
        std::function<void(std::string_view what, const std::string& detail)> trouble;
        std::function<void(JobId)> leased = {};
        std::function<void(JobId, JobRunner::Outcome)> let_go = {};
    };

    Worker(JobQueue& queue, JobRunner& runner, Clock& clock, Options options, Listener listener);
    ~Worker();

    void start();
    /// Takes no more jobs, gives unfinished ones back and waits until all have let
    /// go, at most `drain`; false when some have not. Idempotent. Not to be called from the
    /// worker's own loop.
    bool stop(Millis drain);

    int active() const;

  private:
    struct Running {
        Lease lease;
        std::stop_source stop;
        bool ahead = true;  ///< the provider does not have its tasks yet
    };

    Task<> leaseLoop();
    Task<> renewLoop();
    Task<> runOne(Lease lease, std::stop_token stop);
    bool isFull() const;
    Task<> waitForSlot();
    void noteSubmitted(const std::string& token);
    void stopRuns(JobId job);

    JobQueue& queue_;
    JobRunner& runner_;
    Clock& clock_;
    const Options options_;
    const Listener listener_;
    std::stop_source stop_;
    /// By the token of the lease: after a pause one job may be here twice, with the lease that was
    /// lost and a new one.
    std::map<std::string, Running> running_;  // touched on the loop only
    int ahead_ = 0;                           // of running_, touched on the loop only
    std::stop_source slot_free_;              // touched on the loop only
    struct Loops;
    std::shared_ptr<Loops> loops_;  // counts what still runs, for stop()
    LoopThread thread_{
        "worker"};  // last, so that it ends first: it may still run what uses the rest
};

}  // namespace atelier
