#pragma once

#include <atomic>
#include <optional>
#include <utility>
#include <variant>
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

/// The value of `task`, put into `out`.
template <class T>
Task<std::monostate> keep(Task<T> task, std::optional<T>* out) {
    auto value = co_await task;
    out->emplace(std::move(value));
    co_return std::monostate{};
}

}  // namespace detail

/// Starts all of `tasks`, which do not throw, before it waits for the first; values in the same
/// order.
template <class T>
Task<std::vector<T>> gather(std::vector<Task<T>> tasks) {
    detail::GatherAwaiter<T> all{std::move(tasks)};
    auto values = co_await all;
    co_return values;
}

/// The same for two of different types: `first` runs until it waits before `second` starts.
template <class A, class B>
Task<std::pair<A, B>> both(Task<A> first, Task<B> second) {
    std::optional<A> a;
    std::optional<B> b;
    std::vector<Task<std::monostate>> tasks;
    tasks.push_back(detail::keep(std::move(first), &a));
    tasks.push_back(detail::keep(std::move(second), &b));
    auto kept = co_await gather(std::move(tasks));
    co_return std::pair<A, B>{std::move(*a), std::move(*b)};
}

}  // namespace atelier
