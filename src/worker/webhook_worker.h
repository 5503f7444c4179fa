#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stop_token>

#include "service/webhooks/webhook_outbox.h"
#include "service/webhooks/webhook_sender.h"
#include "util/loop_thread.h"

namespace atelier {

/// Announces ended jobs and delivers webhooks, on an event loop of its own: a slow receiver delays
/// neither jobs nor other users' webhooks, of which each has a few attempts under way at most.
class WebhookWorker {
  public:
    struct Options {
        int concurrency = 32;
        int per_user = 4;
        /// How often the store is asked when nobody calls `wake`.
        Millis pause{1'000};
        /// How long the log of deliveries is kept.
        Millis keep = std::chrono::days{30};
    };
    /// Told what went wrong: a constant sentence, and what varies.
    using Log = std::function<void(std::string_view what, const std::string& detail)>;

    WebhookWorker(WebhookOutbox& outbox, WebhookSender& sender, WebhookStore& store, Clock& clock,
                  Options options, Log log);
    ~WebhookWorker();

    void start();
    /// Looks at once whether there is something to do. Thread-safe.
    void wake();
    /// Interrupts attempts, which are made again later, and waits for them. Idempotent. Not to be
    /// called from the worker's own loop.
    void stop();

  private:
    class Alive;

    Task<> loop();
    Task<> dispatch();
    Task<> deliver(WebhookDelivery delivery);
    Task<> sweep();
    std::vector<UserId> busyUsers() const;

    WebhookOutbox& outbox_;
    WebhookSender& sender_;
    WebhookStore& store_;
    Clock& clock_;
    const Options options_;
    const Log log_;
    std::stop_source stop_;
    std::stop_source woken_;           // touched on the loop only
    bool again_ = false;               // touched on the loop only: woken while at work
    std::map<UserId, int> in_flight_;  // touched on the loop only
    int running_ = 0;                  // touched on the loop only
    Instant swept_{};                  // touched on the loop only
    std::shared_ptr<Alive> alive_;
    bool started_ = false;
    LoopThread thread_{"webhooks"};  // last, so that it ends first
};

}  // namespace atelier
