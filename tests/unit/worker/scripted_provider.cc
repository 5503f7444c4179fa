#include "unit/worker/scripted_provider.h"

namespace atelier::test {
namespace {

template <class T>
std::optional<T> takeFirst(std::deque<T>& line) {
    if (line.empty()) return std::nullopt;
    T first = std::move(line.front());
    line.pop_front();
    return first;
}

}  // namespace

Task<Result<Submission>> ScriptedProvider::submit(ProviderRequest request, std::stop_token) {
    ++submit_calls;
    if (on_submit) co_await on_submit();
    if (request.before_send) {
        auto noted = co_await request.before_send();
        if (!noted) co_return failure(std::move(noted.error()));
    }
    if (const auto code = takeFirst(submit_failures)) co_return failure(*code, "as scripted");
    submitted.push_back(std::move(request));
    Submission submission;
    submission.task_id = "task-" + std::to_string(submitted.size());
    submission.polling_url = pollingUrl(submission.task_id);
    submission.cost = 5;
    open.insert(submission.task_id);
    co_return submission;
}

Task<Result<TaskReport>> ScriptedProvider::poll(std::string, std::stop_token) {
    ++poll_calls;
    if (on_poll) co_await on_poll();
    auto next = takeFirst(polls);
    if (next) co_return std::move(*next);
    co_return ready();
}

Task<Result<SharedBytes>> ScriptedProvider::download(std::string, std::stop_token) {
    if (const auto code = takeFirst(download_failures)) co_return failure(*code, "as scripted");
    co_return picture_;
}

}  // namespace atelier::test
