#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <stop_token>

#include "util/task.h"
#include "util/time.h"
#include "util/uuid.h"

namespace atelier {

/// The outside world's time. Thread-safe. Tests replace it.
class Clock {
  public:
    virtual ~Clock() = default;
    virtual Instant now() const = 0;
    /// The monotonic clock, for waiting times that a changed wall clock must not change.
    virtual SteadyTime steady() const { return std::chrono::steady_clock::now(); }
    /// Resumes after `duration`, or at once when `stop` is or becomes requested.
    /// True when the whole time passed. Resumes on the event loop of the caller
    /// if it runs on one, else on the clock's own timer loop.
    virtual Task<bool> sleep(Millis duration, std::stop_token stop) = 0;
    /// Calls `ring` once after `after`, unless `off` is requested before: a timeout beside other
    /// work. On the clock's own timer loop, never on the caller's, which may end first.
    virtual void alarm(Millis after, std::stop_token off, std::function<void()> ring) = 0;
};

/// Makes the ids of new objects. Thread-safe. Tests replace it.
class IdSource {
  public:
    virtual ~IdSource() = default;
    virtual Uuid next() = 0;
    template <class AnyId>
    AnyId make() {
        return AnyId{next()};
    }
};

/// Version 7 ids of the given clock's time. Each sorts after those made before it, also when many
/// are made in a millisecond or the clock is set back.
class Uuid7Source final : public IdSource {
  public:
    explicit Uuid7Source(const Clock& clock) : clock_{clock} {}
    Uuid next() override {
        const auto millis = static_cast<std::uint64_t>(clock_.now().time_since_epoch().count());
        auto last = last_.load(std::memory_order_relaxed);
        std::uint64_t tick = 0;
        do {
            tick = std::max(millis << Uuid::kTickBits, last + 1);
        } while (!last_.compare_exchange_weak(last, tick, std::memory_order_relaxed));
        return Uuid::ofTick(tick);
    }

  private:
    const Clock& clock_;
    std::atomic<std::uint64_t> last_{0};
};

}  // namespace atelier
