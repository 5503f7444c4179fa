#include "worker/webhook_worker.h"

#include <condition_variable>
#include <mutex>

namespace atelier {
namespace {
constexpr Millis kBetweenSweeps = std::chrono::minutes{10};
constexpr int kSweepBatch = 1000;
}  // namespace

/// Counts what still runs on the loop.
class WebhookWorker::Alive {
  public:
    void enter() {
        const std::lock_guard lock{mutex_};
        ++count_;
    }
    void leave() {
        const std::lock_guard lock{mutex_};
        if (--count_ == 0) none_.notify_all();
    }
    void wait() {
        std::unique_lock lock{mutex_};
        none_.wait(lock, [this] { return count_ == 0; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable none_;
    int count_ = 0;  // guarded by mutex_
};

WebhookWorker::WebhookWorker(WebhookOutbox& outbox, WebhookSender& sender, WebhookStore& store,
                             Clock& clock, Options options, Log log)
    : outbox_{outbox},
      sender_{sender},
      store_{store},
      clock_{clock},
      options_{options},
      log_{std::move(log)},
      alive_{std::make_shared<Alive>()} {}

WebhookWorker::~WebhookWorker() {
    stop();
}

void WebhookWorker::start() {
    started_ = true;
    thread_.start();
    alive_->enter();
    thread_.post([this] { spawn(loop()); });
}

void WebhookWorker::wake() {
    thread_.post([this] {
        again_ = true;
        woken_.request_stop();
    });
}

void WebhookWorker::stop() {
    if (stop_.stop_requested() || !started_) return;
    stop_.request_stop();
    wake();
    alive_->wait();
}

std::vector<UserId> WebhookWorker::busyUsers() const {
    std::vector<UserId> busy;
    for (const auto& [user, count] : in_flight_)
        if (count >= options_.per_user) busy.push_back(user);
    return busy;
}

Task<> WebhookWorker::deliver(WebhookDelivery delivery) {
    const auto user = delivery.user_id;
    try {
        const auto token = stop_.get_token();
        auto done = co_await sender_.deliver(std::move(delivery), token);
        if (!done) log_("a webhook is tried again later", done.error().detail);
    } catch (const std::exception& bug) {
        log_("a webhook ran into a bug and is tried again", bug.what());
    }
    if (--in_flight_[user] == 0) in_flight_.erase(user);
    --running_;
    again_ = true;
    woken_.request_stop();
    alive_->leave();
}

/// Starts what is due until nothing more is, or all slots are taken. A user's share is counted
/// after each small batch.
Task<> WebhookWorker::dispatch() {
    while (running_ < options_.concurrency && !stop_.stop_requested()) {
        const int free = std::min(options_.per_user, options_.concurrency - running_);
        auto busy = busyUsers();
        auto claimed = co_await sender_.claim(std::move(busy), free);
        if (!claimed) {
            log_("webhooks wait for the store", claimed.error().detail);
            co_return;
        }
        if (claimed->empty()) co_return;
        for (auto& delivery : *claimed) {
            ++in_flight_[delivery.user_id];
            ++running_;
            alive_->enter();
            spawn(deliver(std::move(delivery)));
        }
    }
}

Task<> WebhookWorker::sweep() {
    if (clock_.now() < swept_ + kBetweenSweeps) co_return;
    swept_ = clock_.now();
    auto removed = co_await store_.removeDeliveries(clock_.now() - options_.keep, kSweepBatch);
    if (!removed) log_("old deliveries were not swept", removed.error().detail);
}

Task<> WebhookWorker::loop() {
    while (!stop_.stop_requested()) {
        again_ = false;
        woken_ = std::stop_source{};
        auto announced = co_await outbox_.run();
        if (!announced) log_("ended jobs are announced later", announced.error().detail);
        if (announced && *announced > 0) again_ = true;  // there may be more than one batch
        co_await dispatch();
        co_await sweep();
        if (!again_ && !stop_.stop_requested())
            co_await clock_.sleep(options_.pause, woken_.get_token());
    }
    alive_->leave();
}

}  // namespace atelier
