#pragma once

#include <memory>

#include "util/clock.h"

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
    class TimerLoop;
    std::unique_ptr<TimerLoop> timers_;
};

}  // namespace atelier
