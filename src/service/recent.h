#pragma once

#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace atelier {

/// The `most` values by name that were asked for last. Thread-safe.
template <class Value>
class Recent {
  public:
    explicit Recent(std::size_t most) : most_{most} {}

    std::optional<Value> find(const std::string& name) {
        std::lock_guard lock{mutex_};
        const auto found = index_.find(name);
        if (found == index_.end()) return std::nullopt;
        recent_.splice(recent_.begin(), recent_, found->second);
        return found->second->second;
    }

    void insert(const std::string& name, Value value) {
        std::lock_guard lock{mutex_};
        if (index_.contains(name)) return;
        recent_.emplace_front(name, std::move(value));
        index_[name] = recent_.begin();
        if (recent_.size() <= most_) return;
        index_.erase(recent_.back().first);
        recent_.pop_back();
    }

  private:
    using Entries = std::list<std::pair<std::string, Value>>;

    const std::size_t most_;
    std::mutex mutex_;
    Entries recent_;                                                     // guarded, newest first
    std::unordered_map<std::string, typename Entries::iterator> index_;  // guarded by mutex_
};

}  // namespace atelier
