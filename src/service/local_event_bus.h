#pragma once

#include "ports/event_bus.h"
#include "util/listener_table.h"

namespace atelier {

/// Events within one process.
class LocalEventBus final : public EventBus {
  public:
    void publish(JobId job) override { listeners_.call(job); }
    Subscription subscribe(JobId job, Listener listener) override {
        return listeners_.add(job, std::move(listener));
    }

  private:
    ListenerTable<JobId> listeners_;
};

}  // namespace atelier
