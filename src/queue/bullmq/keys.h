#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace atelier::bullmq {

/// The names of one queue's keys: `<prefix>:<queue>:<what>`, and `<prefix>:<queue>:<jobId>` for the
/// hash of a job.
class Keys {
  public:
    Keys(std::string_view prefix, std::string_view queue)
        : base_{std::string{prefix} + ":" + std::string{queue} + ":"} {}

    const std::string& base() const { return base_; }
    std::string at(std::string_view what) const { return base_ + std::string{what}; }
    std::vector<std::string> all(std::initializer_list<std::string_view> whats) const {
        std::vector<std::string> keys;
        keys.reserve(whats.size());
        for (const auto what : whats) keys.push_back(at(what));
        return keys;
    }

  private:
    std::string base_;
};

}  // namespace atelier::bullmq
