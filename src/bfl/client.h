#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <set>

#include "bfl/breaker.h"
#include "bfl/hosts.h"
#include "bfl/limiter.h"
#include "bfl/observer.h"
#include "bfl/options.h"
#include "bfl/replies.h"
#include "bfl/task_table.h"
#include "ports/http_client.h"
#include "ports/image_provider.h"

namespace atelier {

/// Black Forest Labs as an image provider, checked against its contract before
/// anything is sent. Thread-safe.
///
/// `submit` first waits for a free place among the active tasks (users take turns),
/// for as long as it takes; a place is freed by the poll that finds the task ended,
/// or by `release`. A poll of a running task that this client did not submit (the
/// process was restarted) takes a place for it.
class BflClient final : public ImageProvider {
  public:
    /// The referenced objects outlive the client; `observer` may be null.
    BflClient(BflOptions options, HttpClient& http, Clock& clock, BflObserver* observer = nullptr);
    ~BflClient() override;

    Result<> validate(const ProviderRequest& request) const override;
    PictureRules pictureRules(const std::string& endpoint, const std::string& field) const override;
    Task<Result<Submission>> submit(ProviderRequest request, std::stop_token stop) override;
    Task<Result<TaskReport>> poll(std::string polling_url, std::stop_token stop) override;
    Task<Result<SharedBytes>> download(std::string sample_url, std::stop_token stop) override;
    void release(const std::string& task_id) override;
    void adopt(const std::string& task_id, const std::string& endpoint) override;
    void forget(const std::string& task_id) override;
    Task<Result<double>> credits() override;
    std::string pollingUrl(const std::string& task_id) const override;
    Millis typicalLatency(const std::string& endpoint) const override;

    /// The finetunes of the account, their details, and their end: the provider's JSON.
    /// Errors: as `credits`; ValidationFailed when the pinned region has none.
    Task<Result<boost::json::object>> finetunes();
    Task<Result<boost::json::object>> finetuneDetails(std::string finetune_id);
    Task<Result<boost::json::object>> deleteFinetune(std::string finetune_id);

    BreakerState breakerState(const std::string& endpoint) const {
        return breaker_.state(endpoint);
    }

  private:
    using Sent = std::chrono::steady_clock::time_point;

    HttpRequest requestTo(std::string method, std::string url, Millis timeout) const;
    using BeforeSend = std::function<Task<Result<>>()>;
    Task<Result<Submission>> sendSubmit(std::string endpoint, HttpRequest request,
                                        BeforeSend before_send, std::stop_token stop);
    Task<Result<Submission>> blameKey(Error refused);
    void noteSubmit(const std::string& endpoint, const bfl::Answer& answer);
    void noteReport(const std::string& task_id, const Result<TaskReport>& report);
    void noteCall(std::string_view endpoint, ProviderCall call, std::optional<ErrorCode> failure,
                  Sent since);
    void noteActive(const std::string& endpoint);
    void tellUnknownStatus(std::string_view status);
    Task<Result<boost::json::object>> account(std::string path, HttpRequest request);

    /// Sends a request without side effects until `judge` is content or the retries are used up.
    template <class T>
    Task<Result<T>> repeat(HttpRequest request,
                           std::function<bfl::Judged<T>(const bfl::Answer&)> judge,
                           std::stop_token stop);

    const BflOptions options_;
    const bfl::Hosts hosts_;
    HttpClient& http_;
    Clock& clock_;
    BflObserver quiet_;
    BflObserver& observer_;
    bfl::Limiter limiter_;
    bfl::Breaker breaker_;
    bfl::TaskTable tasks_;
    const std::string instance_;  ///< no other client, in whatever process, has the same
    std::atomic<std::uint64_t> tickets_{0};
    std::mutex mutex_;
    std::set<std::string, std::less<>> unknown_statuses_;  // guarded by mutex_
};

}  // namespace atelier
