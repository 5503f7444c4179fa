#include "redis/epoll_loop.h"

#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>

namespace atelier::redis {
namespace {

epoll_event interest(int descriptor, bool writing) {
    epoll_event event{};
    event.events = writing ? EPOLLIN | EPOLLOUT : EPOLLIN;
    event.data.fd = descriptor;
    return event;
}

/// OpenSSL writes without MSG_NOSIGNAL; of a signal that this thread blocks, only EPIPE is left.
void blockSigpipe() {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace

EpollLoop::EpollLoop(const std::string& name, Work after_turn)
    : epoll_{::epoll_create1(EPOLL_CLOEXEC)},
      wake_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)},
      after_turn_{std::move(after_turn)},
      name_{name.substr(0, 15)} {
    auto event = interest(wake_, false);
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
}

EpollLoop::~EpollLoop() {
    stop();
    ::close(wake_);
    ::close(epoll_);
}

void EpollLoop::start() {
    thread_ = std::thread{[this] { run(); }};
    pthread_setname_np(thread_.native_handle(), name_.c_str());
}

void EpollLoop::stop() {
    if (!thread_.joinable()) return;
    post([this] { stopping_ = true; });
    thread_.join();
    runPosted();
    after_turn_();
}

void EpollLoop::post(Work work) {
    bool first = false;
    {
        const std::lock_guard lock{mutex_};
        first = posted_.empty();
        posted_.push_back(std::move(work));
    }
    if (!first) return;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
}

EpollLoop::TimerId EpollLoop::after(Millis delay, Work work) {
    const auto at = std::chrono::steady_clock::now() + delay;
    const auto id = ++last_timer_;
    timers_.emplace(std::pair{at, id}, std::move(work));
    due_.emplace(id, at);
    return id;
}

void EpollLoop::cancel(TimerId timer) {
    const auto found = due_.find(timer);
    if (found == due_.end()) return;
    timers_.erase({found->second, timer});
    due_.erase(found);
}

void EpollLoop::watch(int descriptor, bool writing, OnEvent on_event) {
    watched_[descriptor] = std::move(on_event);
    auto event = interest(descriptor, writing);
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
}

void EpollLoop::change(int descriptor, bool writing) {
    auto event = interest(descriptor, writing);
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, descriptor, &event);
}

void EpollLoop::forget(int descriptor) {
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
    watched_.erase(descriptor);
}

void EpollLoop::runPosted() {
    std::vector<Work> work;
    {
        const std::lock_guard lock{mutex_};
        work.swap(posted_);
    }
    for (auto& one : work) {
        if (one) one();
    }
}

void EpollLoop::runTimers() {
    const auto now = std::chrono::steady_clock::now();
    while (!timers_.empty() && timers_.begin()->first.first <= now) {
        auto node = timers_.extract(timers_.begin());
        due_.erase(node.key().second);
        node.mapped()();
    }
}

/// Milliseconds to sleep, rounded up so that a timer is never too early; -1: for ever.
int EpollLoop::untilNextTimer() const {
    if (timers_.empty()) return -1;
    const auto left = timers_.begin()->first.first - std::chrono::steady_clock::now();
    const auto millis = std::chrono::ceil<Millis>(left).count();
    return static_cast<int>(std::clamp<std::int64_t>(millis, 0, 60'000));
}

void EpollLoop::run() {
    blockSigpipe();
    std::array<epoll_event, 16> events{};
    while (!stopping_) {
        const int count = ::epoll_wait(epoll_, events.data(), events.size(), untilNextTimer());
        for (int i = 0; i < count; ++i) {
            const int descriptor = events[i].data.fd;
            if (descriptor == wake_) {
                std::uint64_t ignored = 0;
                [[maybe_unused]] const auto got = ::read(wake_, &ignored, sizeof ignored);
                continue;
            }
            const auto found = watched_.find(descriptor);
            if (found == watched_.end()) continue;  // forgotten by an earlier event of this turn
            const auto on_event = found->second;    // it may forget itself
            on_event((events[i].events & ~EPOLLOUT) != 0, (events[i].events & EPOLLOUT) != 0);
        }
        runPosted();
        runTimers();
        after_turn_();
    }
}

}  // namespace atelier::redis
