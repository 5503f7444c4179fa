#pragma once

#include <memory>

#include "util/clock.h"

namespace trantor {
class EventLoopThread;
}

namespace atelier {

/// The real clock. All sleepers share one timer queue on one thread.
class SystemClock final : public Clock {
  public:
    SystemClock();
    ~SystemClock() override;

    Instant now() const override;
    Task<bool> sleep(Millis duration, std::stop_token stop) override;
    void alarm(Millis after, std::stop_token off, std::function<void()> ring) override;

  private:
    std::unique_ptr<trantor::EventLoopThread> timers_;
};

}  // namespace atelier
