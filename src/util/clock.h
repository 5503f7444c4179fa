#pragma once

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
    /// As `sleep`, beside work that should be over before: a timeout. A clock of tests on
    /// which sleeps take no time lets alarms wait.
    virtual Task<bool> alarm(Millis after, std::stop_token stop) {
        return sleep(after, std::move(stop));
    }
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

/// Version 7 ids of the given clock's time.
class Uuid7Source final : public IdSource {
  public:
    explicit Uuid7Source(const Clock& clock) : clock_{clock} {}
    Uuid next() override { return Uuid::v7(clock_.now()); }

  private:
    const Clock& clock_;
};

}  // namespace atelier
