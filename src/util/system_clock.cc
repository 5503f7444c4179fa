#include "util/system_clock.h"

#include <atomic>

#include <trantor/net/EventLoopThread.h>

#include "util/resume.h"

namespace atelier {
namespace {

/// Awaiter of one sleep. Timer and stop request race; the first one resumes.
class Sleep {
  public:
    Sleep(trantor::EventLoop* loop, Millis duration, std::stop_token stop)
        : loop_{loop}, duration_{duration}, stop_{std::move(stop)}, state_{std::make_shared<State>()} {}

    bool await_ready() const noexcept { return stop_.stop_requested(); }
    void await_suspend(std::coroutine_handle<> caller) {
        // The frame, and with it this object, may be gone as soon as one of the
        // two callbacks ran: from here on only the shared state is touched.
        auto state = state_;
        auto* loop = loop_;
        state->resume.emplace(caller);
        const auto timer = loop->runAfter(std::chrono::duration<double>(duration_).count(),
                                          [state] { finish(*state, /*elapsed=*/true); });
        if (!stop_.stop_possible()) return;
        auto on_stop = std::make_unique<std::stop_callback<std::function<void()>>>(
            stop_, [state, loop, timer] {
                loop->invalidateTimer(timer);
                finish(*state, /*elapsed=*/false);
            });
        loop->queueInLoop([state, callback = std::shared_ptr(std::move(on_stop))] {
            if (!state->finished.load()) state->on_stop = callback;
        });
    }
    bool await_resume() const { return state_->elapsed; }

  private:
    struct State {
        std::atomic<bool> finished{false};
        bool elapsed = false;
        std::optional<Resumer> resume;
        std::shared_ptr<void> on_stop;  // touched on the timer loop only
    };

    static void finish(State& state, bool elapsed) {
        if (state.finished.exchange(true)) return;
        state.elapsed = elapsed;
        (*state.resume)();
    }

    trantor::EventLoop* loop_;
    Millis duration_;
    std::stop_token stop_;
    std::shared_ptr<State> state_;
};

}  // namespace

SystemClock::SystemClock() : timers_{std::make_unique<trantor::EventLoopThread>("timers")} { timers_->run(); }

SystemClock::~SystemClock() = default;

Instant SystemClock::now() const {
    return std::chrono::floor<Millis>(std::chrono::system_clock::now());
}

Task<bool> SystemClock::sleep(Millis duration, std::stop_token stop) {
    Sleep sleep{timers_->getLoop(), duration, std::move(stop)};
    const bool elapsed = co_await sleep;
    co_return elapsed;
}

}  // namespace atelier
