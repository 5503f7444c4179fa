#include "bfl/task_table.h"

#include <algorithm>

#include "contract/contract.h"

namespace atelier::bfl {
namespace {

constexpr Millis kUnknownLatency{5'000};
constexpr Millis kSoonestFirstPoll{200};
constexpr Millis kLatestFirstPoll{60'000};

}  // namespace

void TaskTable::begin(const std::string& task_id, const std::string& endpoint) {
    const std::lock_guard lock{mutex_};
    const auto [task, added] = tasks_.try_emplace(task_id, TaskRecord{endpoint, clock_.now()});
    if (added) ++active_[endpoint];
}

std::string TaskTable::polled(const std::string& task_id) {
    const std::lock_guard lock{mutex_};
    const auto task = tasks_.find(task_id);
    if (task == tasks_.end()) return {};
    ++task->second.polls;
    return task->second.endpoint;
}

std::optional<TaskRecord> TaskTable::end(const std::string& task_id) {
    const std::lock_guard lock{mutex_};
    auto node = tasks_.extract(task_id);
    if (node.empty()) return std::nullopt;
    --active_[node.mapped().endpoint];
    return std::move(node.mapped());
}

int TaskTable::active(const std::string& endpoint) const {
    const std::lock_guard lock{mutex_};
    const auto count = active_.find(endpoint);
    return count == active_.end() ? 0 : count->second;
}

void TaskTable::learn(const TaskRecord& record) {
    const std::lock_guard lock{mutex_};
    const auto before = guess(record.endpoint);
    const auto took = std::chrono::duration_cast<Millis>(clock_.now() - record.submitted);
    // Ready at the first poll: it might have been ready long before.
    const auto after =
        record.polls <= 1 ? std::min(before, took) * 9 / 10 : (before * 7 + took * 3) / 10;
    learned_[record.endpoint] = std::clamp(after, kSoonestFirstPoll, kLatestFirstPoll);
}

Millis TaskTable::latency(const std::string& endpoint) const {
    const std::lock_guard lock{mutex_};
    return guess(endpoint);
}

Millis TaskTable::guess(const std::string& endpoint) const {
    const auto learned = learned_.find(endpoint);
    if (learned != learned_.end()) return learned->second;
    if (first_guess_) return *first_guess_;
    const auto* known = contract::Contract::bfl().find(endpoint);
    return known != nullptr && known->latency > Millis{0} ? known->latency : kUnknownLatency;
}

std::string taskIdOf(std::string_view polling_url) {
    auto query = polling_url.substr(std::min(polling_url.find('?'), polling_url.size()));
    while (!query.empty()) {
        query.remove_prefix(1);  // '?' or '&'
        const auto pair = query.substr(0, query.find('&'));
        if (pair.starts_with("id=")) return std::string{pair.substr(3)};
        query.remove_prefix(pair.size());
    }
    return {};
}

}  // namespace atelier::bfl
