#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include <boost/describe.hpp>

#include "util/time.h"

namespace atelier::emulator {

/// How much care goes into pictures.
enum class Pictures {
    Made,  ///< from the request
    Tiny,  ///< one small grey JPEG for all: for load tests
};
/// How a webhook proves where it comes from.
enum class WebhookProof { Secret, Hmac };
/// Which of the two documented vocabularies a webhook speaks (bfl-api.md §3).
enum class WebhookBody { Task, Result };

BOOST_DESCRIBE_ENUM(Pictures, Made, Tiny)
BOOST_DESCRIBE_ENUM(WebhookProof, Secret, Hmac)
BOOST_DESCRIBE_ENUM(WebhookBody, Task, Result)

/// What can be changed while the emulator runs (POST /_emulator/settings).
struct Settings {
    std::int64_t latency_ms = 300;          ///< from submit to Ready
    int max_active = 24;                    ///< unfinished tasks of the account, 429 above
    double credits = 100'000;               ///< what the account has left, 402 below a task's cost
    bool strict = false;                    ///< refuse unknown fields and data URIs everywhere
    bool polling_url_with_webhook = false;  ///< the published reply to a webhook submit has none
    Pictures pictures = Pictures::Made;
    WebhookProof webhook_proof = WebhookProof::Secret;
    WebhookBody webhook_body = WebhookBody::Task;
};
BOOST_DESCRIBE_STRUCT(Settings, (),
                      (latency_ms, max_active, credits, strict, polling_url_with_webhook, pictures,
                       webhook_proof, webhook_body))

/// The settings in force. Thread-safe.
class LiveSettings {
  public:
    explicit LiveSettings(Settings initial) : settings_{initial} {}

    Settings get() const {
        const std::lock_guard lock{mutex_};
        return settings_;
    }
    void set(Settings settings) {
        const std::lock_guard lock{mutex_};
        settings_ = settings;
    }
    /// Takes `cost` from the credits; false, and nothing happens, when they do not suffice.
    bool spend(double cost) {
        const std::lock_guard lock{mutex_};
        if (settings_.credits < cost) return false;
        settings_.credits -= cost;
        return true;
    }

  private:
    mutable std::mutex mutex_;
    Settings settings_;  // guarded by mutex_
};

}  // namespace atelier::emulator
