#include "util/system_clock.h"

#include <functional>
#include <optional>

#include <trantor/net/EventLoopThread.h>

#include "util/resume.h"

namespace atelier {
namespace {

/// Awaiter of one sleep. Timer and stop request race on the timer loop, where the first one resumes
/// the sleeper.
class Sleep {
  public:
    Sleep(trantor::EventLoop* loop, Millis duration, std::stop_token stop)
        : stop_{std::move(stop)}, state_{std::make_shared<State>(loop, duration)} {}

    bool await_ready() const noexcept { return stop_.stop_requested(); }
    void await_suspend(std::coroutine_handle<> caller) {
        // The frame, and with it this object, may be gone as soon as the loop knows of the sleep.
        state_->resume.emplace(caller);
        state_->loop->queueInLoop([state = state_, stop = stop_] { begin(state, stop); });
    }
    bool await_resume() const { return state_->elapsed; }

  private:
    using OnStop = std::stop_callback<std::function<void()>>;
    struct State {
        State(trantor::EventLoop* timers, Millis time) : loop{timers}, duration{time} {}
        trantor::EventLoop* const loop;
        const Millis duration;
        std::optional<Resumer> resume;
        // The rest is touched on the timer loop only, until the sleeper is resumed.
        trantor::TimerId timer = 0;
        std::optional<OnStop> on_stop;
        bool finished = false;
        bool elapsed = false;
    };

    static void begin(const std::shared_ptr<State>& state, const std::stop_token& stop) {
        state->timer = state->loop->runAfter(std::chrono::duration<double>(state->duration).count(),
                                             [state] { finish(*state, /*elapsed=*/true); });
        if (!stop.stop_possible()) return;
        state->on_stop.emplace(stop, [state] {
            state->loop->queueInLoop([state] { finish(*state, /*elapsed=*/false); });
        });
    }

    static void finish(State& state, bool elapsed) {
        if (std::exchange(state.finished, true)) return;
        state.elapsed = elapsed;
        // Both hold the state: without them it ends with the sleeper.
        if (!elapsed) state.loop->invalidateTimer(state.timer);
        state.on_stop.reset();
        (*state.resume)();
    }

    std::stop_token stop_;
    std::shared_ptr<State> state_;
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

}  // namespace atelier
