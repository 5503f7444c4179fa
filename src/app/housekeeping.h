#pragma once

#include <memory>
#include <stop_token>

#include "app/core.h"
#include "util/loop_thread.h"

namespace atelier {

/// What has to happen now and then: the reconciler, queue figures, what has expired,
/// pictures that nothing refers to.
/// Runs on a thread of its own from `start` to `stop`.
class Housekeeping {
  public:
    explicit Housekeeping(Core& core);
    ~Housekeeping();

    void start();
    /// Returns when the pass under way has ended. Idempotent.
    void stop();

  private:
    class Ended;
    Task<> loop();
    /// What one of the processes does for all.
    Task<> sweep();
    Task<> reconcile();
    Task<> measureQueue();
    Task<> forgetExpired();
    Task<> finishErasures();
    Task<> eraseOld();
    Task<> sweepBlobs();

    Core& core_;
    std::stop_source stop_;
    Instant erase_old_at_{};
    Instant sweep_blobs_at_{};
    std::shared_ptr<Ended> ended_;
    bool started_ = false;
    LoopThread thread_{"housekeeping"};  // last, so that it ends first
};

}  // namespace atelier
