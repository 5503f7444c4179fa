#include "util/worker_pool.h"

#include <pthread.h>

namespace atelier {

WorkerPool::WorkerPool(std::string name, std::size_t threads, std::size_t max_waiting)
    : name_{std::move(name)}, max_waiting_{max_waiting} {
    threads_.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i) {
        threads_.emplace_back([this] { loop(); });
        // Linux keeps 15 characters of a thread name.
        pthread_setname_np(threads_.back().native_handle(), name_.substr(0, 15).c_str());
    }
}

WorkerPool::~WorkerPool() {
    {
        std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_all();
    for (auto& thread : threads_) thread.join();
}

bool WorkerPool::post(std::function<void()> work) {
    std::lock_guard lock{mutex_};
    if (stopping_ || queue_.size() >= max_waiting_) return false;
    queue_.push_back(std::move(work));
    // With the lock: what was posted may end the pool as soon as it runs.
    wake_.notify_one();
    return true;
}

std::size_t WorkerPool::waiting() const {
    std::lock_guard lock{mutex_};
    return queue_.size();
}

void WorkerPool::loop() {
    for (;;) {
        std::function<void()> work;
        {
            std::unique_lock lock{mutex_};
            wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            work = std::move(queue_.front());
            queue_.pop_front();
        }
        work();
    }
}

}  // namespace atelier
