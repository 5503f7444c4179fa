#include "bfl/client.h"

namespace atelier {

void BflClient::noteSubmit(const std::string& endpoint, const bfl::Answer& answer) {
    const auto before = breaker_.state(endpoint);
    if (!answer && answer.error().failure == HttpFailure::Canceled)
        breaker_.abandoned(endpoint);
    else if (bfl::isOutage(answer))
        breaker_.failed(endpoint);
    else
        breaker_.succeeded(endpoint);
    const auto after = breaker_.state(endpoint);
    if (after != before) observer_.breaker(endpoint, after);
    if (!answer || answer->status != 429) return;
    limiter_.lower(endpoint);
    observer_.rateLimited(endpoint);
}

void BflClient::noteReport(const std::string& task_id, const Result<TaskReport>& report) {
    using enum ErrorCode;
    const bool running = report && report->state == TaskReport::State::Running;
    if (running && !task_id.empty()) limiter_.adopt(task_id, {});
    const bool made = report && report->state == TaskReport::State::Ready;
    const auto code = report ? ErrorCode{} : report.error().code;
    const bool failed = !report && (code == ProviderModeratedInput ||
                                    code == ProviderModeratedOutput || code == ProviderFailed);
    if (!made && !failed) return;
    limiter_.release(task_id);
    const auto record = tasks_.end(task_id);
    if (!record) return;
    if (made) tasks_.learn(*record);
    const auto took = std::chrono::duration_cast<Millis>(clock_.now() - record->submitted);
    observer_.taskEnded(record->endpoint, took, record->polls);
    noteActive(record->endpoint);
}

void BflClient::noteCall(std::string_view endpoint, ProviderCall call,
                         std::optional<ErrorCode> failure, Sent since) {
    const auto took = std::chrono::steady_clock::now() - since;
    observer_.called(endpoint, call, failure, std::chrono::duration_cast<Millis>(took));
}

void BflClient::noteActive(const std::string& endpoint) {
    observer_.activeTasks(endpoint, tasks_.active(endpoint));
}

void BflClient::tellUnknownStatus(std::string_view status) {
    constexpr std::size_t kMaxKinds =
        100;  // a provider that makes them up is not to fill our memory
    {
        const std::lock_guard lock{mutex_};
        if (unknown_statuses_.contains(status) || unknown_statuses_.size() >= kMaxKinds) return;
        unknown_statuses_.emplace(status);
    }
    observer_.unknownStatus(status);
}

}  // namespace atelier
