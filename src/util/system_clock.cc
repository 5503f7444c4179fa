#include "util/system_clock.h"

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <trantor/net/EventLoopThread.h>

#include "util/resume.h"

namespace atelier {
namespace {

/// One sleep or alarm. Timer and stop request race on the timer loop, where the first one ends it.
/// Owned by what is queued there.
class Wait : public std::enable_shared_from_this<Wait> {
  public:
    using Done = std::function<void(bool elapsed)>;

    Wait(trantor::EventLoop* loop, Millis duration, Done done)
        : loop_{loop}, duration_{duration}, done_{std::move(done)} {}

    static void start(trantor::EventLoop* loop, Millis duration, std::stop_token stop, Done done) {
        auto wait = std::make_shared<Wait>(loop, duration, std::move(done));
        loop->queueInLoop([wait = std::move(wait), stop = std::move(stop)] { wait->begin(stop); });
    }

  private:
    void begin(const std::stop_token& stop) {
        timer_ = loop_->runAfter(std::chrono::duration<double>(duration_).count(),
                                 [self = shared_from_this()] { self->finish(/*elapsed=*/true); });
        if (!stop.stop_possible()) return;
        // Weak, so that a clock that ends takes its waits along.
        on_stop_.emplace(stop, [weak = weak_from_this()] {
            auto self = weak.lock();
            if (self == nullptr) return;
            auto* const loop = self->loop_;
            loop->queueInLoop([self = std::move(self)] { self->finish(/*elapsed=*/false); });
        });
    }

    void finish(bool elapsed) {
        if (std::exchange(finished_, true)) return;
        if (!elapsed) loop_->invalidateTimer(timer_);
        on_stop_.reset();
        std::exchange(done_, {})(elapsed);
    }

    trantor::EventLoop* const loop_;
    const Millis duration_;
    // The rest is touched on the timer loop only.
    Done done_;
    trantor::TimerId timer_ = 0;
    std::optional<std::stop_callback<std::function<void()>>> on_stop_;
    bool finished_ = false;
};

/// Awaiter of one sleep.
class Sleep {
  public:
    Sleep(trantor::EventLoop* loop, Millis duration, std::stop_token stop)
        : loop_{loop}, duration_{duration}, stop_{std::move(stop)} {}

    bool await_ready() const noexcept { return stop_.stop_requested(); }
    void await_suspend(std::coroutine_handle<> caller) {
        // The frame, and with it this object, may be gone as soon as the loop knows of the sleep.
        Wait::start(loop_, duration_, stop_, [this, resume = Resumer{caller}](bool elapsed) {
            elapsed_ = elapsed;
            resume();
        });
    }
    bool await_resume() const { return elapsed_; }

  private:
    trantor::EventLoop* loop_;
    Millis duration_;
    std::stop_token stop_;
    bool elapsed_ = false;
};

}  // namespace

SystemClock::SystemClock() : timers_{std::make_unique<trantor::EventLoopThread>("timers")} {
    timers_->run();
}

SystemClock::~SystemClock() = default;

Instant SystemClock::now() const {
    return std::chrono::floor<Millis>(std::chrono::system_clock::now());
}

Task<bool> SystemClock::sleep(Millis duration, std::stop_token stop) {
    Sleep sleep{timers_->getLoop(), duration, std::move(stop)};
    const bool elapsed = co_await sleep;
    co_return elapsed;
}

void SystemClock::alarm(Millis after, std::stop_token off, std::function<void()> ring) {
    Wait::start(timers_->getLoop(), after, std::move(off), [ring = std::move(ring)](bool elapsed) {
        if (elapsed) ring();
    });
}

}  // namespace atelier
