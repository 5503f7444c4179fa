#pragma once

#include <functional>
#include <memory>

#include "domain/ids.h"

namespace atelier {

/// Tells whoever waits that a job changed. A hint, not a message: it may be lost,
/// doubled or early; listeners read the job from the store and go on from the
/// last event they have seen. Thread-safe.
class EventBus {
  public:
    using Listener = std::function<void()>;
    /// Ends the subscription when destroyed. A call that is under way may still
    /// happen, so a listener owns what it touches.
    using Subscription = std::shared_ptr<void>;

    virtual ~EventBus() = default;
    virtual void publish(JobId job) = 0;
    /// `listener` is called on any thread and must return quickly.
    [[nodiscard]] virtual Subscription subscribe(JobId job, Listener listener) = 0;
};

}  // namespace atelier
