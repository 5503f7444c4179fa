#pragma once

#include <atomic>

#include "util/clock.h"

namespace atelier::test {

/// A clock on which every sleep is over at once, having taken its time, and no alarm ever goes off.
/// Thread-safe.
class EagerClock final : public Clock {
  public:
    Instant now() const override {
        return Instant{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}} +
               Millis{passed_.load()};
    }
    SteadyTime steady() const override { return SteadyTime{} + Millis{passed_.load()}; }
    Task<bool> sleep(Millis duration, std::stop_token stop) override {
        if (stop.stop_requested()) co_return false;
        passed_ += duration.count();
        co_return true;
    }
    void alarm(Millis, std::stop_token, std::function<void()>) override {}

  private:
    std::atomic<std::int64_t> passed_{0};
};

}  // namespace atelier::test
