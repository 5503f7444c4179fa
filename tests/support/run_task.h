#pragma once

#include <future>
#include <type_traits>
#include <vector>

#include "util/task.h"

namespace atelier::test {

/// Starts `task` on the calling thread; the future has its value or exception.
/// Several started tasks run concurrently.
template <class T>
std::future<T> start(Task<T> task) {
    std::promise<T> done;
    auto value = done.get_future();
    [](Task<T> owned, std::promise<T> result) -> drogon::AsyncTask {
        try {
            if constexpr (std::is_void_v<T>) {
                co_await owned;
                result.set_value();
            } else {
                auto answer = co_await owned;
                result.set_value(std::move(answer));
            }
        } catch (...) {
            result.set_exception(std::current_exception());
        }
    }(std::move(task), std::move(done));
    return value;
}

/// Runs `task` to its end, blocking the calling thread.
template <class T>
T runTask(Task<T> task) {
    return start(std::move(task)).get();
}

/// Starts all tasks before it waits for the first one; values in the same order.
template <class T>
std::vector<T> runAll(std::vector<Task<T>> tasks) {
    std::vector<std::future<T>> running;
    running.reserve(tasks.size());
    for (auto& task : tasks) running.push_back(start(std::move(task)));
    std::vector<T> values;
    values.reserve(running.size());
    for (auto& one : running) values.push_back(one.get());
    return values;
}

}  // namespace atelier::test
