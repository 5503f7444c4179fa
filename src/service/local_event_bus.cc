#include "service/local_event_bus.h"

#include <vector>

#include "util/scope_exit.h"

namespace atelier {

struct LocalEventBus::Listeners {
    std::mutex mutex;
    std::uint64_t next = 0;                                                    // guarded by mutex
    std::unordered_map<JobId, std::map<std::uint64_t, Listener>> by_job;  // guarded by mutex

    void remove(JobId job, std::uint64_t number) {
        std::lock_guard lock{mutex};
        const auto found = by_job.find(job);
        if (found == by_job.end()) return;
        found->second.erase(number);
        if (found->second.empty()) by_job.erase(found);
    }
};

LocalEventBus::LocalEventBus() : listeners_{std::make_shared<Listeners>()} {}

void LocalEventBus::publish(JobId job) {
    // Called on a copy, without the lock: a listener may end its own subscription.
    std::vector<Listener> called;
    {
        std::lock_guard lock{listeners_->mutex};
        const auto found = listeners_->by_job.find(job);
        if (found == listeners_->by_job.end()) return;
        for (const auto& [number, listener] : found->second) called.push_back(listener);
    }
    for (const auto& listener : called) listener();
}

EventBus::Subscription LocalEventBus::subscribe(JobId job, Listener listener) {
    std::uint64_t number = 0;
    {
        std::lock_guard lock{listeners_->mutex};
        number = listeners_->next++;
        listeners_->by_job[job].emplace(number, std::move(listener));
    }
    auto end = [list = std::weak_ptr{listeners_}, job, number] {
        if (const auto alive = list.lock()) alive->remove(job, number);
    };
    return std::make_shared<ScopeExit<decltype(end)>>(std::move(end));
}

}  // namespace atelier
