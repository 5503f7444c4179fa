#include "support/fake_clock.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "util/resume.h"

namespace atelier::test {

struct FakeClock::Sleeper {
    Millis duration;
    Resumer resume;
    Instant until{};
    bool elapsed = false;
    bool canceled = false;
};

class FakeClock::Awaiter {
  public:
    Awaiter(FakeClock& clock, Millis duration, std::stop_token stop)
        : clock_{clock}, duration_{duration}, stop_{std::move(stop)} {}

    bool await_ready() const { return stop_.stop_requested() || duration_ <= Millis{0}; }
    bool await_suspend(std::coroutine_handle<> caller) {
        // Once the sleeper is known to the clock, this object may be gone any moment.
        auto sleeper = std::make_shared<Sleeper>(Sleeper{duration_, Resumer{caller}});
        sleeper_ = sleeper;
        if (stop_.stop_possible())
            on_stop_.emplace(stop_, [&clock = clock_, sleeper] { clock.cancel(sleeper); });
        return clock_.add(std::move(sleeper));
    }
    bool await_resume() {
        on_stop_.reset();
        return sleeper_ ? sleeper_->elapsed : !stop_.stop_requested();
    }

  private:
    FakeClock& clock_;
    Millis duration_;
    std::stop_token stop_;
    std::shared_ptr<Sleeper> sleeper_;
    std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

Instant FakeClock::now() const {
    std::lock_guard lock{mutex_};
    return now_;
}

Task<bool> FakeClock::sleep(Millis duration, std::stop_token stop) {
    Awaiter awaiter{*this, duration, std::move(stop)};
    const bool elapsed = co_await awaiter;
    co_return elapsed;
}

Task<> FakeClock::ringLater(Millis after, std::stop_token off, std::function<void()> ring) {
    const bool elapsed = co_await sleep(after, std::move(off));
    if (elapsed) ring();
}

void FakeClock::alarm(Millis after, std::stop_token off, std::function<void()> ring) {
    spawn(ringLater(after, std::move(off), std::move(ring)));
}

void FakeClock::advance(Millis by) {
    std::vector<std::shared_ptr<Sleeper>> awake;
    {
        std::lock_guard lock{mutex_};
        now_ += by;
        for (auto it = asleep_.begin(); it != asleep_.end();) {
            const auto here = it++;
            if ((*here)->until > now_) continue;
            (*here)->elapsed = true;
            awake.push_back(std::move(*here));
            asleep_.erase(here);
        }
    }
    std::ranges::stable_sort(awake, {}, &Sleeper::until);
    for (const auto& sleeper : awake) sleeper->resume();
}

void FakeClock::waitForSleepers(std::size_t count) const {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return asleep_.size() >= count; });
}

std::size_t FakeClock::sleepers() const {
    std::lock_guard lock{mutex_};
    return asleep_.size();
}

bool FakeClock::add(std::shared_ptr<Sleeper> sleeper) {
    std::lock_guard lock{mutex_};
    if (sleeper->canceled) return false;
    sleeper->until = now_ + sleeper->duration;
    asleep_.push_back(std::move(sleeper));
    changed_.notify_all();
    return true;
}

void FakeClock::cancel(const std::shared_ptr<Sleeper>& sleeper) {
    {
        std::lock_guard lock{mutex_};
        sleeper->canceled = true;
        const auto it = std::ranges::find(asleep_, sleeper);
        if (it == asleep_.end()) return;
        asleep_.erase(it);
    }
    sleeper->resume();
}

}  // namespace atelier::test
