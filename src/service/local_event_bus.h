#pragma once

#include <map>
#include <mutex>
#include <unordered_map>

#include "ports/event_bus.h"

namespace atelier {

/// Events within one process.
class LocalEventBus final : public EventBus {
  public:
    LocalEventBus();
    void publish(JobId job) override;
    Subscription subscribe(JobId job, Listener listener) override;

  private:
    struct Listeners;
    // Subscriptions may outlive the bus; they hold the list weakly.
    std::shared_ptr<Listeners> listeners_;
};

}  // namespace atelier
