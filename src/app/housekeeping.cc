#include "app/housekeeping.h"

#include <latch>

#include "telemetry/log.h"

namespace atelier {
namespace {
constexpr Millis kPause{5'000};
}

/// Opens when the loop has ended.
class Housekeeping::Ended : public std::latch {
  public:
    Ended() : std::latch{1} {}
};

Housekeeping::Housekeeping(Core& core)
    : core_{core},
      ended_{std::make_shared<Ended>()} {}

Housekeeping::~Housekeeping() { stop(); }

void Housekeeping::start() {
    started_ = true;
    thread_.start();
    thread_.post([this] { spawn(loop()); });
}

void Housekeeping::stop() {
    if (stop_.stop_requested()) return;
    stop_.request_stop();
    if (started_) ended_->wait();
}

Task<> Housekeeping::reconcile() {
    auto report = co_await core_.reconciler.run();
    if (!report) {
        log::warn("a sweep stopped early", {{"code", report.error().code}, {"cause", report.error().cause}});
        co_return;
    }
    if (report->requeued > 0 || report->settled > 0)
        log::info("swept up after a crash", {{"requeued", report->requeued}, {"settled", report->settled}});
}

Task<> Housekeeping::measureQueue() {
    auto depth = co_await core_.backends.queue->depth();
    if (depth) core_.metrics.queueDepth(depth->waiting, depth->delayed, depth->active);
}

Task<> Housekeeping::forgetExpired() {
    auto sessions = co_await core_.identity.sessions.sweep();
    if (!sessions) log::warn("expired sessions were not swept", {{"code", sessions.error().code}});
    auto keys = co_await core_.idempotent.sweep();
    if (!keys) log::warn("expired idempotency keys were not swept", {{"code", keys.error().code}});
}

Task<> Housekeeping::loop() {
    while (!stop_.stop_requested()) {
        co_await reconcile();
        co_await measureQueue();
        co_await forgetExpired();
        co_await core_.clock->sleep(kPause, stop_.get_token());
    }
    ended_->count_down();
}

}  // namespace atelier
