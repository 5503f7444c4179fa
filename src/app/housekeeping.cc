#include "app/housekeeping.h"

#include <latch>

#include "telemetry/log.h"

namespace atelier {
namespace {
constexpr Millis kPause{5'000};
/// A process that has died is stood in for after this time.
constexpr auto kWhat = "housekeeping";
constexpr Millis kTurn{15'000};
constexpr auto kBetweenErasures = std::chrono::minutes{1};
constexpr auto kBetweenSweeps = std::chrono::minutes{10};
/// What is stored is referred to long before this, or never will be.
constexpr auto kBlobGrace = std::chrono::hours{1};
}  // namespace

/// Opens when the loop has ended.
class Housekeeping::Ended : public std::latch {
  public:
    Ended() : std::latch{1} {}
};

Housekeeping::Housekeeping(Core& core) : core_{core}, ended_{std::make_shared<Ended>()} {}

Housekeeping::~Housekeeping() {
    stop();
}

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
        log::warn("a sweep stopped early",
                  {{"code", report.error().code}, {"cause", report.error().cause}});
        co_return;
    }
    if (report->requeued > 0 || report->settled > 0)
        log::info("swept up after a crash",
                  {{"requeued", report->requeued}, {"settled", report->settled}});
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

Task<> Housekeeping::finishErasures() {
    auto done = co_await core_.identity.accounts.finishErasures();
    if (!done) log::warn("an account is not erased yet", {{"code", done.error().code}});
}

Task<> Housekeeping::eraseOld() {
    const auto now = core_.clock->now();
    if (now < erase_old_at_) co_return;
    erase_old_at_ = now + kBetweenErasures;
    const auto& retention = core_.settings.retention;
    if (retention.results > Seconds{0}) {
        auto erased = co_await core_.erasure.eraseResults(now - retention.results);
        if (!erased) log::warn("old results were not erased", {{"code", erased.error().code}});
        if (erased && *erased > 0) log::info("erased old results", {{"count", *erased}});
    }
    if (retention.uploads > Seconds{0}) {
        auto erased = co_await core_.erasure.eraseUploads(now - retention.uploads);
        if (!erased) log::warn("old uploads were not erased", {{"code", erased.error().code}});
        if (erased && *erased > 0) log::info("erased old uploads", {{"count", *erased}});
    }
}

Task<> Housekeeping::sweepBlobs() {
    const auto now = core_.clock->now();
    if (now < sweep_blobs_at_) co_return;
    sweep_blobs_at_ = now + kBetweenSweeps;
    auto removed = co_await core_.blob_reaper.sweep(kBlobGrace);
    if (!removed) log::warn("the picture sweep stopped early", {{"code", removed.error().code}});
    if (removed && *removed > 0) log::info("swept pictures", {{"count", *removed}});
}

Task<> Housekeeping::sweep() {
    const bool ours = co_await core_.coordination.turns->take(kWhat, kTurn);
    if (!ours) co_return;
    co_await reconcile();
    co_await forgetExpired();
    co_await finishErasures();
    co_await eraseOld();
    co_await sweepBlobs();
}

Task<> Housekeeping::loop() {
    while (!stop_.stop_requested()) {
        co_await sweep();
        co_await measureQueue();
        co_await core_.clock->sleep(kPause, stop_.get_token());
    }
    co_await core_.coordination.turns->end(kWhat);
    ended_->count_down();
}

}  // namespace atelier
