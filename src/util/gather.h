#pragma once

#include <atomic>
#include <optional>
#include <vector>

#include "util/resume.h"
#include "util/task.h"

namespace atelier {

namespace detail {

/// Awaiter behind `gather`; lives in the awaiting coroutine's frame.
template <class T>
class GatherAwaiter {
  public:
    explicit GatherAwaiter(std::vector<Task<T>> tasks)
        : tasks_{std::move(tasks)}, values_(tasks_.size()), open_{tasks_.size() + 1} {}

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> caller) {
        resume_.emplace(caller);
        for (std::size_t i = 0; i < tasks_.size(); ++i) spawn(runOne(this, i));
        return open_.fetch_sub(1) > 1;  // the last one to end resumes the caller
    }
    std::vector<T> await_resume() {
        std::vector<T> out;
        out.reserve(values_.size());
        for (auto& value : values_) out.push_back(std::move(*value));
        return out;
    }

  private:
    static Task<> runOne(GatherAwaiter* all, std::size_t index) {
        auto value = co_await all->tasks_[index];
        all->values_[index].emplace(std::move(value));
        if (all->open_.fetch_sub(1) == 1) (*all->resume_)();
    }

    std::vector<Task<T>> tasks_;
    std::vector<std::optional<T>> values_;
    std::atomic<std::size_t> open_;
    std::optional<Resumer> resume_;
};

}  // namespace detail

/// Starts all of `tasks`, which do not throw, before it waits for the first; values in the same
/// order.
template <class T>
Task<std::vector<T>> gather(std::vector<Task<T>> tasks) {
    detail::GatherAwaiter<T> all{std::move(tasks)};
    auto values = co_await all;
    co_return values;
}

}  // namespace atelier
