#include "emulator/task_table.h"

#include "util/json.h"

namespace atelier::emulator {

std::string_view statusText(Ending ending) {
    switch (ending) {
        case Ending::Ready:
            return "Ready";
        case Ending::RequestModerated:
            return "Request Moderated";
        case Ending::ContentModerated:
            return "Content Moderated";
        case Ending::Error:
            return "Error";
    }
    return "Error";
}

std::optional<TaskTable::Refused> TaskTable::add(EmulatedTask task, int max_active) {
    const std::lock_guard lock{mutex_};
    auto& of_endpoint = active_by_endpoint_[task.endpoint];
    if (active_ >= max_active) return Refused::AccountLimit;
    if (task.endpoint->active_tasks && of_endpoint >= *task.endpoint->active_tasks)
        return Refused::EndpointLimit;
    ++active_;
    ++of_endpoint;
    ++submitted_;
    ++by_endpoint_[task.endpoint->path];
    tasks_.emplace(task.id, std::move(task));
    return std::nullopt;
}

std::optional<EmulatedTask> TaskTable::poll(const std::string& id) {
    const std::lock_guard lock{mutex_};
    ++polls_;
    const auto found = tasks_.find(id);
    if (found == tasks_.end()) return std::nullopt;
    ++found->second.polls;
    return found->second;
}

void TaskTable::end(const std::string& id, Ending ending, std::vector<std::string> reasons,
                    std::optional<Picture> picture, Instant now) {
    const std::lock_guard lock{mutex_};
    const auto found = tasks_.find(id);
    if (found == tasks_.end() || found->second.ended) return;
    auto& task = found->second;
    task.ended = true;
    task.ended_at = now;
    task.ending = ending;
    task.reasons = std::move(reasons);
    --active_;
    --active_by_endpoint_[task.endpoint];
    ++(ending == Ending::Ready ? ready_ : failed_);
    ended_.push_back(id);
    if (picture) {
        picture_bytes_ += picture->bytes->size();
        picture_order_.push_back(task.blob);
        pictures_.emplace(task.blob, std::move(*picture));
    }
    forgetOld(now);
}

void TaskTable::forgetOld(Instant now) {
    while (!ended_.empty()) {
        const auto oldest = tasks_.find(ended_.front());
        if (oldest->second.ended_at + retention_ > now) break;
        dropPicture(oldest->second.blob);
        tasks_.erase(oldest);
        ended_.pop_front();
    }
    while (picture_bytes_ > max_picture_bytes_ && !picture_order_.empty()) {
        dropPicture(picture_order_.front());
        picture_order_.pop_front();
    }
}

void TaskTable::dropPicture(const std::string& blob) {
    const auto found = pictures_.find(blob);
    if (found == pictures_.end()) return;
    picture_bytes_ -= found->second.bytes->size();
    pictures_.erase(found);
}

std::optional<Picture> TaskTable::picture(const std::string& blob) const {
    const std::lock_guard lock{mutex_};
    const auto found = pictures_.find(blob);
    if (found == pictures_.end()) return std::nullopt;
    return found->second;
}

std::string TaskTable::promptOf(const std::string& id, const std::string& blob) const {
    const std::lock_guard lock{mutex_};
    if (const auto found = tasks_.find(id); found != tasks_.end()) return found->second.prompt;
    if (blob.empty()) return {};
    for (const auto& [_, task] : tasks_)
        if (task.blob == blob) return task.prompt;
    return {};
}

void TaskTable::countWebhook() {
    const std::lock_guard lock{mutex_};
    ++webhooks_;
}

void TaskTable::countDownload() {
    const std::lock_guard lock{mutex_};
    ++downloads_;
}

void TaskTable::countRejected(int status) {
    const std::lock_guard lock{mutex_};
    ++rejected_[std::to_string(status)];
}

boost::json::object TaskTable::stats(bool with_tasks) const {
    const std::lock_guard lock{mutex_};
    const auto counts = [](const std::map<std::string, std::int64_t>& from) {
        boost::json::object out;
        for (const auto& [name, count] : from) out.emplace(name, count);
        return out;
    };
    boost::json::object out{{"submitted", submitted_},
                            {"byEndpoint", counts(by_endpoint_)},
                            {"active", active_},
                            {"ready", ready_},
                            {"failed", failed_},
                            {"polls", polls_},
                            {"webhooksSent", webhooks_},
                            {"downloads", downloads_},
                            {"rejected", counts(rejected_)}};
    if (!with_tasks) return out;
    boost::json::array tasks;
    for (const auto& [id, task] : tasks_) {
        tasks.push_back({{"id", id},
                         {"endpoint", task.endpoint->path},
                         {"status", task.ended ? statusText(task.ending) : "Pending"},
                         {"seed", task.seed},
                         {"polls", task.polls},
                         {"submittedAt", toRfc3339(task.submitted)}});
    }
    out.emplace("tasks", std::move(tasks));
    return out;
}

}  // namespace atelier::emulator
