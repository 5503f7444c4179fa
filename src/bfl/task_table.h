#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "util/clock.h"

namespace atelier::bfl {

/// A task from submit to its end.
struct TaskRecord {
    std::string endpoint;
    Instant submitted{};
    int polls = 0;
};

/// What is known of the tasks that are under way, and how long such tasks take.
/// Thread-safe.
class TaskTable {
  public:
    /// `first_guess`: instead of the contract's latencies, for a provider that is not the real one.
    TaskTable(const Clock& clock, std::optional<Millis> first_guess)
        : clock_{clock}, first_guess_{first_guess} {}

    void begin(const std::string& task_id, const std::string& endpoint);
    /// Counts a poll; the endpoint, empty when the task is unknown.
    std::string polled(const std::string& task_id);
    /// The task has ended; its record, once.
    std::optional<TaskRecord> end(const std::string& task_id);

    int active(const std::string& endpoint) const;

    /// Learns from a task that ended well: closes in on the time after which the
    /// first poll just finds the result.
    void learn(const TaskRecord& record);
    Millis latency(const std::string& endpoint) const;

  private:
    Millis guess(const std::string& endpoint) const;

    const Clock& clock_;
    const std::optional<Millis> first_guess_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, TaskRecord> tasks_;  // guarded by mutex_
    std::map<std::string, int> active_;                  // guarded by mutex_
    std::map<std::string, Millis> learned_;              // guarded by mutex_
};

/// The `id` of a polling URL; empty when it has none.
std::string taskIdOf(std::string_view polling_url);

}  // namespace atelier::bfl
