#pragma once

#include <condition_variable>
#include <list>
#include <mutex>

#include "util/clock.h"

namespace atelier::test {

/// A clock that stands still until a test moves it. Thread-safe.
class FakeClock final : public Clock {
  public:
    explicit FakeClock(Instant start = Instant{std::chrono::sys_days{std::chrono::year{2026} / 11 /
                                                                     23}})
        : now_{start} {}

    Instant now() const override;
    /// Ends when `advance` reaches its time, on the thread that advances (or the
    /// sleeper's event loop).
    Task<bool> sleep(Millis duration, std::stop_token stop) override;
    /// Rings where `sleep` ends.
    void alarm(Millis after, std::stop_token off, std::function<void()> ring) override;

    /// Moves time on and wakes whoever has slept enough, earliest first.
    void advance(Millis by);
    /// Blocks until at least `count` sleeps are under way.
    void waitForSleepers(std::size_t count) const;
    std::size_t sleepers() const;

  private:
    struct Sleeper;
    class Awaiter;
    Task<> ringLater(Millis after, std::stop_token off, std::function<void()> ring);
    /// False when it was canceled before it began.
    bool add(std::shared_ptr<Sleeper> sleeper);
    void cancel(const std::shared_ptr<Sleeper>& sleeper);

    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    Instant now_;                                 // guarded by mutex_
    std::list<std::shared_ptr<Sleeper>> asleep_;  // guarded by mutex_
};

}  // namespace atelier::test
