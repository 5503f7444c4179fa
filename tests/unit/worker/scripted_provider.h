#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "ports/image_provider.h"

namespace atelier::test {

/// A provider that answers what the test lined up, and otherwise takes every task and
/// finishes it at the first poll. Remembers what it was asked. Thread-safe.
class ScriptedProvider final : public ImageProvider {
  public:
    /// `picture`: what every finished task delivers.
    explicit ScriptedProvider(SharedBytes picture) : picture_{std::move(picture)} {}

    std::deque<ErrorCode> submit_failures;  ///< answers of the next submits
    std::deque<Result<TaskReport>> polls;   ///< answers of the next polls
    std::deque<ErrorCode> download_failures;
    std::function<Task<>()> on_submit;  ///< awaited before a submit is answered
    std::function<Task<>()> on_poll;    ///< awaited before a poll is answered

    std::vector<ProviderRequest> submitted;  ///< that were taken
    int submit_calls = 0;
    int poll_calls = 0;
    std::set<std::string> open;  ///< tasks not released

    PictureRules rules{.max_pixels = 1 << 24, .max_bytes = 1 << 24};  ///< of every picture
    Result<> validate(const ProviderRequest&) const override { return {}; }
    PictureRules pictureRules(const std::string&, const std::string&) const override {
        return rules;
    }
    Task<Result<Submission>> submit(ProviderRequest request, std::stop_token stop) override;
    Task<Result<TaskReport>> poll(std::string polling_url, std::stop_token stop) override;
    Task<Result<SharedBytes>> download(std::string sample_url, std::stop_token stop) override;
    void release(const std::string& task_id) override { open.erase(task_id); }
    void adopt(const std::string& task_id, const std::string&) override { open.insert(task_id); }
    void forget(const std::string& task_id) override { open.erase(task_id); }
    Task<Result<double>> credits() override { co_return 100.0; }
    std::string pollingUrl(const std::string& task_id) const override {
        return "http://provider/" + task_id;
    }
    Millis typicalLatency(const std::string&) const override { return Millis{0}; }

  private:
    SharedBytes picture_;
};

/// For `on_poll`s that have nothing to wait for.
inline Task<> nothing() {
    co_return;
}

inline TaskReport ready() {
    TaskReport report;
    report.state = TaskReport::State::Ready;
    report.sample_url = "http://provider/sample.png";
    return report;
}

inline TaskReport gone() {
    TaskReport report;
    report.state = TaskReport::State::Gone;
    return report;
}

inline TaskReport running(double progress) {
    TaskReport report;
    report.progress = progress;
    return report;
}

}  // namespace atelier::test
