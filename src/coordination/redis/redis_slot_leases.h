#pragma once

#include <memory>
#include <stop_token>

#include "ports/slot_leases.h"
#include "redis/client.h"
#include "util/clock.h"

namespace atelier {

/// A sorted set in Redis for each pool: who has a slot, and until when by Redis' own clock. What
/// this process holds is renewed in batches five times a lease, and at once after a connection was
/// lost. Whoever finds a pool full looks again when a slot is given back, which is told on a
/// channel, or after a second or two.
class RedisSlotLeases final : public SlotLeases {
  public:
    /// `redis` and `clock` outlive this.
    RedisSlotLeases(redis::Client& redis, std::string prefix, Millis lease, Clock& clock);
    /// What is held stays so until its lease ends.
    ~RedisSlotLeases() override;

    Task<bool> acquire(std::string holder, SlotPools pools, std::stop_token stop) override;
    void adopt(const std::string& holder, SlotPools pools) override;
    void rename(const std::string& holder, const std::string& successor) override;
    void give(const std::string& holder) override;
    void forget(const std::string& holder) override;

  private:
    class Shared;

    // Messages under way to Redis may outlive this.
    const std::shared_ptr<Shared> shared_;
    const std::unique_ptr<redis::Subscription> freed_;
};

}  // namespace atelier
