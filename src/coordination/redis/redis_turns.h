#pragma once

#include "ports/turns.h"
#include "redis/client.h"

namespace atelier {

/// A key for each thing to do, which names the process whose turn it is and ends by Redis' own
/// clock. While Redis is away it is everybody's turn.
class RedisTurns final : public Turns {
  public:
    /// `self` is unlike any other process's. `redis` outlives this.
    RedisTurns(redis::Client& redis, std::string prefix, std::string self)
        : redis_{redis}, prefix_{std::move(prefix)}, self_{std::move(self)} {}

    Task<bool> take(std::string what, Millis hold) override;
    Task<> end(std::string what) override;

  private:
    redis::Client& redis_;
    const std::string prefix_, self_;
};

}  // namespace atelier
