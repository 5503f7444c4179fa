#include "util/worker_pool.h"

#include <pthread.h>

#include "util/priority.h"

namespace atelier {

WorkerPool::WorkerPool(std::string name, std::size_t threads, std::size_t max_waiting,
                       Priority priority)
    : name_{std::move(name)}, max_waiting_{max_waiting} {
    threads_.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i) {
        threads_.emplace_back([this, priority] { loop(priority); });
        // Linux keeps 15 characters of a thread name.
        pthread_setname_np(threads_.back().native_handle(), name_.substr(0, 15).c_str());
    }
}

WorkerPool::~WorkerPool() {
    {
        std::lock_guard lock{mutex_};
        stopping_ = true;
        for (auto* idle : idle_) {
            idle->called = true;
            idle->wake.notify_one();
        }
        idle_.clear();
    }
    for (auto& thread : threads_) thread.join();
}

bool WorkerPool::post(std::function<void()> work) {
    std::lock_guard lock{mutex_};
    if (stopping_ || queue_.size() >= max_waiting_) return false;
    queue_.push_back(std::move(work));
    if (idle_.empty()) return true;
    auto* idle = idle_.back();
    idle_.pop_back();
    idle->called = true;
    // With the lock: what was posted may end the pool as soon as it runs.
    idle->wake.notify_one();
    return true;
}

std::size_t WorkerPool::waiting() const {
    std::lock_guard lock{mutex_};
    return queue_.size();
}

std::function<void()> WorkerPool::next() {
    std::unique_lock lock{mutex_};
    while (queue_.empty()) {
        if (stopping_) return {};
        Idle idle;
        idle_.push_back(&idle);
        idle.wake.wait(lock, [&] { return idle.called; });
    }
    auto work = std::move(queue_.front());
    queue_.pop_front();
    return work;
}

void WorkerPool::loop(Priority priority) {
    if (priority != Priority::Normal) giveWay();
    if (priority == Priority::LeavesOne) leaveOneProcessor();
    while (auto work = next()) work();
}

}  // namespace atelier
