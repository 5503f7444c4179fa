#pragma once

#include <atomic>
#include <memory>

#include "ports/event_bus.h"
#include "redis/client.h"
#include "util/listener_table.h"

namespace atelier {

/// Events between processes, over one Redis channel that all of them hear; listeners of the same
/// process are called without the detour. Nothing waits for Redis. Where an event may have been
/// lost, by a connection that broke here or at whoever published it, every listener is called, so
/// that it reads the store.
class RedisEventBus final : public EventBus {
  public:
    /// `self` is unlike any other process's. `redis` outlives this.
    RedisEventBus(redis::Client& redis, const std::string& prefix, std::string self);

    void publish(JobId job) override;
    Subscription subscribe(JobId job, Listener listener) override;

  private:
    struct Shared;

    // Messages under way to Redis may outlive the bus.
    const std::shared_ptr<Shared> shared_;
    const std::unique_ptr<redis::Subscription> channel_;
};

}  // namespace atelier
