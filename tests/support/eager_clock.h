#pragma once

#include <atomic>

#include "util/clock.h"
#include "util/worker_pool.h"

namespace atelier::test {

/// A clock on which every sleep is over at once, having taken its time, and no alarm ever goes off.
/// A sleeper goes on in a thread of the clock, as with a real one: who sleeps again and again does
/// not run deeper and deeper into one stack. Thread-safe.
class EagerClock final : public Clock {
  public:
    Instant now() const override {
        return Instant{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}} +
               Millis{passed_.load()};
    }
    SteadyTime steady() const override { return SteadyTime{} + Millis{passed_.load()}; }
    Task<bool> sleep(Millis duration, std::stop_token stop) override {
        if (stop.stop_requested()) co_return false;
        const auto woken = co_await sleepers_.run([this, duration] {
            passed_ += duration.count();
            return true;
        });
        co_return woken.value_or(false);
    }
    void alarm(Millis, std::stop_token, std::function<void()>) override {}

  private:
    std::atomic<std::int64_t> passed_{0};
    WorkerPool sleepers_{"eager clock", 1, 1000};
};

}  // namespace atelier::test
