#include "util/system_clock.h"

#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include <pthread.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "util/resume.h"

namespace atelier {
namespace {

namespace asio = boost::asio;

/// One sleep or alarm. Timer and stop request race on the timer loop, where the first one ends it;
/// nothing is left of it then: most alarms are deadlines far off, called off within a second.
/// Owned by what is queued there.
class Wait : public std::enable_shared_from_this<Wait> {
  public:
    using Done = std::function<void(bool elapsed)>;

    Wait(asio::io_context& loop, Millis duration, Done done)
        : timer_{loop, duration}, done_{std::move(done)} {}

    static void start(asio::io_context& loop, Millis duration, std::stop_token stop, Done done) {
        asio::post(loop, [wait = std::make_shared<Wait>(loop, duration, std::move(done)),
                          stop = std::move(stop)] { wait->begin(stop); });
    }

  private:
    void begin(const std::stop_token& stop) {
        timer_.async_wait(
            [self = shared_from_this()](const auto& canceled) { self->finish(!canceled); });
        if (!stop.stop_possible()) return;
        // Weak, so that a clock that ends takes its waits along.
        on_stop_.emplace(stop, [weak = weak_from_this()] {
            auto self = weak.lock();
            if (self == nullptr) return;
            auto& timer = self->timer_;
            asio::post(timer.get_executor(), [self = std::move(self)] { self->timer_.cancel(); });
        });
    }

    void finish(bool elapsed) {
        on_stop_.reset();
        std::exchange(done_, {})(elapsed);
    }

    // Touched on the timer loop only, once begun.
    asio::steady_timer timer_;
    Done done_;
    std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

/// Awaiter of one sleep.
class Sleep {
  public:
    Sleep(asio::io_context& loop, Millis duration, std::stop_token stop)
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
    asio::io_context& loop_;
    Millis duration_;
    std::stop_token stop_;
    bool elapsed_ = false;
};

}  // namespace

/// Runs until it is destroyed. Waits that are left then are destroyed with it, unfinished.
class SystemClock::TimerLoop {
  public:
    asio::io_context& context() { return context_; }

    ~TimerLoop() { context_.stop(); }

  private:
    void run() {
        pthread_setname_np(pthread_self(), "timers");
        context_.run();
        // Those who were stopped before the end still resume.
        context_.restart();
        while (context_.poll() > 0) {
        }
    }

    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
    std::jthread thread_{[this] { run(); }};
};

SystemClock::SystemClock() : timers_{std::make_unique<TimerLoop>()} {}

SystemClock::~SystemClock() = default;

Instant SystemClock::now() const {
    return std::chrono::floor<Millis>(std::chrono::system_clock::now());
}

Task<bool> SystemClock::sleep(Millis duration, std::stop_token stop) {
    Sleep sleep{timers_->context(), duration, std::move(stop)};
    const bool elapsed = co_await sleep;
    co_return elapsed;
}

void SystemClock::alarm(Millis after, std::stop_token off, std::function<void()> ring) {
    Wait::start(timers_->context(), after, std::move(off), [ring = std::move(ring)](bool elapsed) {
        if (elapsed) ring();
    });
}

}  // namespace atelier
