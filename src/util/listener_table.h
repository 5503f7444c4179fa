#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "util/scope_exit.h"

namespace atelier {

/// Functions that are called when something happens to a key. Thread-safe. A subscription may
/// outlive the table.
template <class Key>
class ListenerTable {
  public:
    using Listener = std::function<void()>;

    /// Ends when the returned object is destroyed; a call that is under way may still happen.
    std::shared_ptr<void> add(Key key, Listener listener) {
        std::uint64_t number = 0;
        {
            const std::lock_guard lock{state_->mutex};
            number = state_->next++;
            state_->by_key[key].emplace(number, std::move(listener));
        }
        auto end = [state = std::weak_ptr{state_}, key, number] {
            if (const auto alive = state.lock()) alive->remove(key, number);
        };
        return std::make_shared<ScopeExit<decltype(end)>>(std::move(end));
    }

    void call(const Key& key) {
        std::vector<Listener> called;
        {
            const std::lock_guard lock{state_->mutex};
            const auto found = state_->by_key.find(key);
            if (found == state_->by_key.end()) return;
            for (const auto& [number, listener] : found->second) called.push_back(listener);
        }
        // Called on a copy, without the lock: a listener may end its own subscription.
        for (const auto& listener : called) listener();
    }

    void callAll() {
        std::vector<Listener> called;
        {
            const std::lock_guard lock{state_->mutex};
            for (const auto& [key, listeners] : state_->by_key)
                for (const auto& [number, listener] : listeners) called.push_back(listener);
        }
        for (const auto& listener : called) listener();
    }

  private:
    struct State {
        std::mutex mutex;
        std::uint64_t next = 0;                                             // guarded by mutex
        std::unordered_map<Key, std::map<std::uint64_t, Listener>> by_key;  // guarded by mutex

        void remove(const Key& key, std::uint64_t number) {
            const std::lock_guard lock{mutex};
            const auto found = by_key.find(key);
            if (found == by_key.end()) return;
            found->second.erase(number);
            if (found->second.empty()) by_key.erase(found);
        }
    };
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace atelier
