#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "util/resume.h"
#include "util/task.h"

namespace atelier {

/// A named, bounded pool of threads for work that blocks or burns CPU, so that
/// event loops never do. Thread-safe. The destructor finishes what was accepted.
/// The thread that became idle last gets the next piece of work: a pool that has
/// little to do keeps few threads, with their caches and heaps, in use.
class WorkerPool {
  public:
    enum class Priority {
        Normal,
        GivesWay,   ///< see giveWay
        LeavesOne,  ///< the same, and see leaveOneProcessor
    };

    /// At most `max_waiting` pieces of work wait for one of the `threads`.
    WorkerPool(std::string name, std::size_t threads, std::size_t max_waiting,
               Priority priority = Priority::Normal);
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// Queues `work`; false, and nothing happens, when the pool is full or stopping.
    [[nodiscard]] bool post(std::function<void()> work);

    /// Runs `fn` on the pool and resumes the caller with its value, on the
    /// caller's event loop when it has one. Empty when the pool is full: the
    /// caller answers "unavailable, try again", it does not wait.
    /// An exception of `fn` is rethrown in the caller.
    template <class Fn>
    auto run(Fn fn) -> Task<std::optional<std::invoke_result_t<Fn>>>;

    const std::string& name() const { return name_; }
    std::size_t waiting() const;

  private:
    struct Idle {
        std::condition_variable wake;
        bool called = false;
    };

    void loop(Priority priority);
    /// Empty when the pool stops and nothing is left to do.
    std::function<void()> next();

    const std::string name_;
    const std::size_t max_waiting_;
    mutable std::mutex mutex_;
    std::vector<Idle*> idle_;  // guarded by mutex_, the last to become so at the end
    std::deque<std::function<void()>> queue_;  // guarded by mutex_
    bool stopping_ = false;                    // guarded by mutex_
    std::vector<std::thread> threads_;
};

namespace detail {

/// Awaiter behind `WorkerPool::run`; lives in the awaiting coroutine's frame.
template <class Fn>
class PoolAwaiter {
  public:
    using Value = std::invoke_result_t<Fn>;

    PoolAwaiter(WorkerPool& pool, Fn fn) : pool_{pool}, fn_{std::move(fn)} {}

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> caller) {
        return pool_.post([this, resume = Resumer{caller}] {
            try {
                value_.emplace(fn_());
            } catch (...) {
                failure_ = std::current_exception();
            }
            resume();
        });
    }
    std::optional<Value> await_resume() {
        if (failure_) std::rethrow_exception(failure_);
        return std::move(value_);
    }

  private:
    WorkerPool& pool_;
    Fn fn_;
    std::optional<Value> value_;
    std::exception_ptr failure_;
};

}  // namespace detail

template <class Fn>
auto WorkerPool::run(Fn fn) -> Task<std::optional<std::invoke_result_t<Fn>>> {
    detail::PoolAwaiter<Fn> work{*this, std::move(fn)};
    auto value = co_await work;
    co_return value;
}

}  // namespace atelier
