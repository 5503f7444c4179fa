#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>

#include "ports/job_queue.h"
#include "queue/bullmq/commands.h"
#include "queue/bullmq/pending_acks.h"
#include "redis/client.h"
#include "util/clock.h"
#include "util/loop_thread.h"

namespace atelier {

/// A queue on Redis that many processes share, kept as BullMQ keeps it, so that Node's tools see
/// and use it too: a job is named by our job id and carries {"jobId","userId"}. Users take turns by
/// priorities of ours (docs/adr/0009-fair-priorities.md). A lease is BullMQ's lock; one that runs
/// out is noticed within half its length by whoever leases or extends then. Thread-safe. While
/// Redis is away every call fails with NotReady, at once or after the client's timeout; nothing is
/// remembered here.
class BullmqQueue final : public JobQueue {
  public:
    struct Options {
        std::string prefix = "bull";
        std::string name = "atelier-jobs";
        /// A wait looks again after this time although nobody called: a call may have been lost
        /// with its process.
        Millis look_again{5'000};
    };

    /// Blocking: tries all scripts on a queue of its own. `clock` must outlive the queue.
    /// Errors: NotReady (Redis; a build without BullMQ's scripts), Internal (the scripts are not
    /// those we know).
    static Result<std::unique_ptr<BullmqQueue>> open(std::shared_ptr<redis::Client> client,
                                                     Clock& clock, Options options);
    ~BullmqQueue() override;

    Task<Result<>> add(JobId job, UserId user, Millis delay = Millis{0}) override;
    Task<Result<std::optional<Lease>>> lease(Millis duration, Millis wait,
                                             std::stop_token stop) override;
    Task<Result<std::vector<JobId>>> extend(std::vector<Lease> leases, Millis duration) override;
    Task<Result<bool>> ack(Lease lease) override;
    Task<Result<bool>> nack(Lease lease, Millis delay) override;
    Task<Result<bool>> remove(JobId job) override;
    Task<Result<bool>> contains(JobId job) override;
    Task<Result<std::optional<std::int64_t>>> position(JobId job) override;
    Task<Result<QueueDepth>> depth() override;

    /// Of the BullMQ whose program last touched the queue, when its major version is not ours:
    /// "bullmq:5.81.3".
    Task<Result<std::optional<std::string>>> foreignVersion();

  private:
    /// Someone in `lease` who sleeps until this source is told to stop.
    using Waiter = std::shared_ptr<std::stop_source>;
    struct Turn {
        std::optional<Lease> lease;
        Instant look_again{};  ///< without a lease: nothing comes before, unless the marker says so
    };

    /// What was fetched, and the token that it is locked by.
    struct Offer {
        bullmq::Fetched fetched;
        std::string token;
    };

    BullmqQueue(std::shared_ptr<redis::Client> client, Clock& clock, Options options,
                std::unique_ptr<const bullmq::ScriptSet> scripts);

    Task<Result<>> recover(Millis lease);
    Task<Result<Turn>> take(Millis duration, Instant give_up);
    Task<Result<Offer>> fetch(Millis duration);
    Task<Result<std::optional<Lease>>> accept(Offer offer);

    Instant nextLook(const bullmq::Fetched& nothing, Instant give_up);

    Waiter enlist();
    void dismiss(const Waiter& waiter);
    void wakeOne();
    Task<> watch();
    Task<> watchOnce();
    bool stillWatched();

    const std::shared_ptr<redis::Client> client_;
    Clock& clock_;
    const Options options_;
    const std::unique_ptr<const bullmq::ScriptSet> scripts_;
    bullmq::Commands commands_;
    bullmq::PendingAcks acks_;
    std::mutex mutex_;
    std::condition_variable watch_over_;
    std::deque<Waiter> waiters_;  // guarded by mutex_
    bool watching_ = false;       // guarded by mutex_
    std::stop_source
        nobody_;  // guarded by mutex_; ends the blocking command when the last waiter leaves
    bool closing_ = false;        // guarded by mutex_
    Instant next_recovery_{};     // guarded by mutex_
    LoopThread thread_{"queue"};  // of `watch`
};

}  // namespace atelier
