#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "util/time.h"

namespace atelier::redis {

/// A thread that waits for sockets, timers and posted work, and sleeps when there is none.
/// Only `post` and the destructor may be called from other threads.
class EpollLoop {
  public:
    using Work = std::function<void()>;
    /// Told what became possible; a broken socket counts as readable.
    using OnEvent = std::function<void(bool readable, bool writable)>;
    using TimerId = std::uint64_t;

    /// `after_turn` runs on the loop whenever it has handled all that was pending. Linux keeps 15
    /// characters of `name`.
    EpollLoop(const std::string& name, Work after_turn);
    /// As `stop`.
    ~EpollLoop();
    EpollLoop(const EpollLoop&) = delete;
    EpollLoop& operator=(const EpollLoop&) = delete;

    void start();
    /// Does what was posted, then ends and joins the thread. Idempotent; not from the loop.
    void stop();
    bool isHere() const { return std::this_thread::get_id() == thread_.get_id(); }

    /// Runs `work` on the loop, in order. Thread-safe.
    void post(Work work);

    TimerId after(Millis delay, Work work);
    void cancel(TimerId timer);

    /// Begins to watch `descriptor` for reading, and for writing too when `writing`.
    void watch(int descriptor, bool writing, OnEvent on_event);
    void change(int descriptor, bool writing);
    void forget(int descriptor);

  private:
    void run();
    void runPosted();
    void runTimers();
    int untilNextTimer() const;

    int epoll_;
    int wake_;
    Work after_turn_;
    std::string name_;
    bool stopping_ = false;  // touched on the loop only
    std::mutex mutex_;
    std::vector<Work> posted_;  // guarded by mutex_
    // The rest is touched on the loop only.
    std::map<std::pair<SteadyTime, TimerId>, Work> timers_;
    std::map<TimerId, SteadyTime> due_;
    std::map<int, OnEvent> watched_;
    TimerId last_timer_ = 0;
    std::thread thread_;
};

}  // namespace atelier::redis
