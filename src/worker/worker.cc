#include "worker/worker.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

namespace atelier {

/// Everything the worker has under way: two loops and one entry per job.
struct Worker::Loops {
    std::mutex mutex;
    std::condition_variable idle;
    int alive = 0;  // guarded by mutex
    std::atomic<int> jobs{0};

    void enter() {
        std::lock_guard lock{mutex};
        ++alive;
    }
    void leave() {
        std::lock_guard lock{mutex};
        if (--alive == 0) idle.notify_all();
    }
};

Worker::Worker(JobQueue& queue, JobRunner& runner, Clock& clock, Options options, Listener listener)
    : queue_{queue},
      runner_{runner},
      clock_{clock},
      options_{options},
      listener_{std::move(listener)},
      loops_{std::make_shared<Loops>()} {}

Worker::~Worker() {
    stop(Millis{20'000});
}

int Worker::active() const {
    return loops_->jobs.load();
}

void Worker::start() {
    thread_.start();
    loops_->enter();
    loops_->enter();
    thread_.post([this] {
        spawn(leaseLoop());
        spawn(renewLoop());
    });
}

bool Worker::stop(Millis drain) {
    if (stop_.stop_requested()) return true;
    stop_.request_stop();
    thread_.post([this] {
        slot_free_.request_stop();
        for (auto& [id, running] : running_) running.stop.request_stop();
    });
    std::unique_lock lock{loops_->mutex};
    const bool drained = loops_->idle.wait_for(lock, drain, [this] { return loops_->alive == 0; });
    if (!drained)
        listener_.trouble(
            "the worker did not drain in time; its jobs go on elsewhere when their leases end", {});
    return drained;
}

bool Worker::isFull() const {
    return std::ssize(running_) >= options_.concurrency ||
           ahead_ >= std::max(options_.concurrency / 4, kAhead);
}

void Worker::noteSubmitted(const std::string& token) {
    running_.at(token).ahead = false;
    --ahead_;
    slot_free_.request_stop();
}

Task<> Worker::waitForSlot() {
    while (isFull() && !stop_.stop_requested()) {
        slot_free_ = std::stop_source{};
        co_await clock_.sleep(options_.lease, slot_free_.get_token());
    }
}

void Worker::stopRuns(JobId job) {
    for (auto& [token, running] : running_)
        if (running.lease.job == job) running.stop.request_stop();
}

Task<> Worker::leaseLoop() {
    while (!stop_.stop_requested()) {
        co_await waitForSlot();
        if (stop_.stop_requested()) break;
        auto leased = co_await queue_.lease(options_.lease, Millis{5'000}, stop_.get_token());
        if (!leased) {
            listener_.trouble("the queue is not ready", leased.error().detail);
            co_await clock_.sleep(Millis{1'000}, stop_.get_token());
            continue;
        }
        if (!*leased) continue;
        const Lease lease = **leased;
        stopRuns(lease.job);
        auto& running = running_[lease.token];
        running.lease = lease;
        ++ahead_;
        running.stop = std::stop_source{};
        if (stop_.stop_requested()) running.stop.request_stop();
        loops_->enter();
        ++loops_->jobs;
        if (listener_.leased) listener_.leased(lease.job);
        spawn(runOne(lease, running.stop.get_token()));
    }
    loops_->leave();
}

Task<> Worker::runOne(Lease lease, std::stop_token stop) {
    auto outcome = JobRunner::Outcome::Later;
    try {
        auto run = runner_.run(lease.job, stop, [this, lease] { noteSubmitted(lease.token); });
        auto done = co_await run;
        outcome = done;
    } catch (const std::exception& bug) {
        listener_.trouble("a job ran into a bug and is tried again", bug.what());
    }
    if (listener_.let_go) listener_.let_go(lease.job, outcome);
    const auto run = running_.extract(lease.token);
    if (run.mapped().ahead) --ahead_;
    slot_free_.request_stop();
    if (outcome == JobRunner::Outcome::Done) {
        auto acked = co_await queue_.ack(lease);
        if (!acked) listener_.trouble("a finished job stays in the queue", acked.error().detail);
    } else {
        const auto delay = outcome == JobRunner::Outcome::Later ? options_.retry_delay : Millis{0};
        auto given_back = co_await queue_.nack(lease, delay);
        if (!given_back)
            listener_.trouble("a job could not be given back", given_back.error().detail);
    }
    --loops_->jobs;
    loops_->leave();
}

Task<> Worker::renewLoop() {
    for (;;) {
        const bool due = co_await clock_.sleep(options_.lease / 3, stop_.get_token());
        if (!due) break;
        std::vector<Lease> leases;
        for (const auto& [id, running] : running_) leases.push_back(running.lease);
        if (leases.empty()) continue;
        auto lost = co_await queue_.extend(std::move(leases), options_.lease);
        if (!lost) {
            listener_.trouble("leases could not be prolonged", lost.error().detail);
            continue;
        }
        for (const auto& id : *lost) stopRuns(id);
    }
    loops_->leave();
}

}  // namespace atelier
