#include "bfl/client.h"

#include <fmt/format.h>

#include "bfl/grace_stop.h"
#include "bfl/request_check.h"
#include "contract/contract.h"
#include "util/encoding.h"
#include "util/scope_exit.h"

namespace atelier {
namespace {

using bfl::Answer;
using bfl::Judged;
using contract::Contract;

constexpr std::size_t kMaxAnswerBytes = 1u << 20;
constexpr int kMaxDeliveryRedirects = 3;
constexpr std::string_view kPollPath = "/v1/get_result";

bfl::LimiterOptions limits(const BflOptions& options) {
    bfl::LimiterOptions limits{.max_active = options.max_active,
                               .recovery = options.limit_recovery,
                               .task_lifetime = options.task_lifetime,
                               .shared = options.shared_slots};
    for (const auto& endpoint : Contract::bfl().endpoints()) {
        if (endpoint.active_tasks) limits.endpoint_limits[endpoint.path] = *endpoint.active_tasks;
    }
    return limits;
}

/// The emulator is quick; the real provider's latencies are in the contract.
std::optional<Millis> firstGuess(const bfl::Hosts& hosts) {
    if (!hosts.isCustom()) return std::nullopt;
    return Millis{250};
}

std::optional<ErrorCode> codeOf(const auto& result) {
    if (result) return std::nullopt;
    return result.error().code;
}

Error canceled() {
    return {ErrorCode::Canceled, "canceled"};
}

}  // namespace

BflClient::BflClient(BflOptions options, HttpClient& http, Clock& clock, BflObserver* observer)
    : options_{std::move(options)},
      hosts_{options_.region, options_.base_url},
      http_{http},
      clock_{clock},
      observer_{observer != nullptr ? *observer : quiet_},
      limiter_{limits(options_), clock},
      breaker_{{options_.breaker_failures, options_.breaker_pause}, clock},
      tasks_{clock, firstGuess(hosts_)},
      instance_{Uuid::v7(clock.now()).str()} {}

BflClient::~BflClient() = default;

Result<> BflClient::validate(const ProviderRequest& request) const {
    const auto endpoint = bfl::checkRequest(request);
    if (!endpoint) return failure(endpoint.error());
    if (!hosts_.baseFor(**endpoint))
        return failure(ErrorCode::ValidationFailed,
                       fmt::format("{} is not offered in the pinned region", request.endpoint));
    return {};
}

PictureRules BflClient::pictureRules(const std::string& endpoint, const std::string& field) const {
    return bfl::pictureRules(endpoint, field);
}

Task<Result<Submission>> BflClient::submit(ProviderRequest request, std::stop_token stop) {
    auto valid = validate(request);
    if (!valid) co_return failure(std::move(valid.error()));
    const auto& endpoint = *Contract::bfl().find(request.endpoint);
    if (breaker_.state(endpoint.path) == BreakerState::Open)
        co_return failure(ErrorCode::ProviderUnavailable,
                          "the provider keeps failing and is left alone for a while");

    const auto ticket = fmt::format("ticket {} {}", instance_, ++tickets_);
    const bool admitted =
        co_await limiter_.acquire(ticket, endpoint.path, request.user, request.goes_on, stop);
    if (!admitted) co_return failure(canceled());
    const ScopeExit leave{[&] { limiter_.release(ticket); }};

    const auto url = *hosts_.baseFor(endpoint) + endpoint.path;
    auto post = requestTo("POST", url, options_.submit_timeout);
    post.headers.emplace_back("content-type", "application/json");
    post.body = share(bfl::requestBody(endpoint, request));
    request.images.clear();
    const auto since = std::chrono::steady_clock::now();
    auto submitted =
        co_await sendSubmit(endpoint.path, std::move(post), std::move(request.before_send), stop);
    noteCall(endpoint.path, ProviderCall::Submit, codeOf(submitted), since);
    if (!submitted) co_return submitted;

    if (submitted->polling_url.empty()) submitted->polling_url = pollingUrl(submitted->task_id);
    limiter_.rename(ticket, submitted->task_id);
    limiter_.recover(endpoint.path);
    tasks_.begin(submitted->task_id, endpoint.path);
    noteActive(endpoint.path);
    if (submitted->cost) observer_.spent(endpoint.path, *submitted->cost);
    co_return submitted;
}

Task<Result<Submission>> BflClient::sendSubmit(std::string endpoint, HttpRequest request,
                                               BeforeSend before_send, std::stop_token stop) {
    RetryBudget budget{options_.retries, Deadline::after(options_.patience)};
    for (;;) {
        if (stop.stop_requested()) co_return failure(canceled());
        if (const auto wait = breaker_.refuses(endpoint)) {
            Error error{ErrorCode::ProviderUnavailable,
                        "the provider keeps failing and is left alone for a while"};
            error.retry_after = *wait;
            co_return failure(std::move(error));
        }
        if (before_send) {
            auto noted = co_await before_send();
            if (!noted) co_return failure(std::move(noted.error()));
        }
        const bfl::GraceStop grace{clock_, options_.cancel_grace, stop};
        auto answer = co_await http_.send(request, grace.token());
        noteSubmit(endpoint, answer);
        auto judged = bfl::judgeSubmit(answer, clock_.now());
        if (judged.result) co_return std::move(judged.result);
        Error error = std::move(judged.result.error());
        if (answer && answer->status == 422 && error.fields.empty()) {
            auto blamed = co_await blameKey(std::move(error));
            co_return blamed;
        }
        std::optional<Millis> wait;
        if (judged.repeat) wait = budget.next(error.retry_after);
        if (!wait) co_return failure(std::move(error));
        const bool slept = co_await clock_.sleep(*wait, stop);
        if (!slept) co_return failure(canceled());
    }
}

Task<Result<Submission>> BflClient::blameKey(Error refused) {
    // A malformed key gets the same status as a wrong value and only other words;
    // a request without any value tells which of the two it is.
    auto balance = co_await credits();
    const bool key_refused = !balance && balance.error().code == ErrorCode::ProviderUnauthorized;
    if (key_refused) co_return failure(std::move(balance.error()));
    co_return failure(std::move(refused));
}

Task<Result<TaskReport>> BflClient::poll(std::string polling_url, std::stop_token stop) {
    if (!hosts_.mayPoll(polling_url))
        co_return failure(ErrorCode::ProviderBadAnswer,
                          "the provider's polling address cannot be used",
                          polling_url.substr(0, 200));
    const auto task_id = bfl::taskIdOf(polling_url);
    const auto endpoint = tasks_.polled(task_id);
    const auto since = std::chrono::steady_clock::now();
    auto get = requestTo("GET", polling_url, options_.poll_timeout);
    std::function<Judged<TaskReport>(const Answer&)> judge = [this](const Answer& answer) {
        return bfl::judgePoll(answer, clock_.now(),
                              [this](std::string_view status) { tellUnknownStatus(status); });
    };
    auto report = co_await repeat<TaskReport>(std::move(get), std::move(judge), stop);
    noteCall(endpoint, ProviderCall::Poll, codeOf(report), since);
    noteReport(task_id, report);
    co_return report;
}

Task<Result<SharedBytes>> BflClient::download(std::string sample_url, std::stop_token stop) {
    const auto delivery = hosts_.delivery(sample_url);
    if (delivery == bfl::Hosts::Delivery::Refused)
        co_return failure(ErrorCode::ProviderBadAnswer,
                          "the finished picture is at a forbidden address",
                          bfl::originOf(sample_url).value_or(bfl::Origin{}).str());
    const bool elsewhere = delivery == bfl::Hosts::Delivery::PublicOnly;
    HttpRequest get{.url = std::move(sample_url),
                    .timeout = options_.download_timeout,
                    .max_response_bytes = options_.max_picture_bytes,
                    .max_redirects = elsewhere ? kMaxDeliveryRedirects : 0,
                    .public_addresses_only = elsewhere};
    const auto since = std::chrono::steady_clock::now();
    std::function<Judged<SharedBytes>(const Answer&)> judge = &bfl::judgeDownload;
    auto picture = co_await repeat<SharedBytes>(std::move(get), std::move(judge), stop);
    noteCall({}, ProviderCall::Download, codeOf(picture), since);
    co_return picture;
}

void BflClient::release(const std::string& task_id) {
    const auto record = tasks_.end(task_id);
    limiter_.release(task_id);
    if (record) noteActive(record->endpoint);
}

void BflClient::adopt(const std::string& task_id, const std::string& endpoint) {
    tasks_.begin(task_id, endpoint);
    limiter_.adopt(task_id, endpoint);
    noteActive(endpoint);
}

void BflClient::forget(const std::string& task_id) {
    const auto record = tasks_.end(task_id);
    limiter_.forget(task_id);
    if (record) noteActive(record->endpoint);
}

std::string BflClient::pollingUrl(const std::string& task_id) const {
    return fmt::format("{}{}?id={}", hosts_.base(), kPollPath, percentEncode(task_id));
}

Millis BflClient::typicalLatency(const std::string& endpoint) const {
    return tasks_.latency(endpoint);
}

HttpRequest BflClient::requestTo(std::string method, std::string url, Millis timeout) const {
    return {.method = std::move(method),
            .url = std::move(url),
            .headers = {{"x-key", options_.api_key}, {"accept", "application/json"}},
            .timeout = timeout,
            .max_response_bytes = kMaxAnswerBytes};
}

template <class T>
Task<Result<T>> BflClient::repeat(HttpRequest request,
                                  std::function<Judged<T>(const Answer&)> judge,
                                  std::stop_token stop) {
    RetryBudget budget{options_.retries, Deadline::after(options_.patience)};
    for (;;) {
        auto answer = co_await http_.send(request, stop);
        auto judged = judge(answer);
        std::optional<Millis> wait;
        if (!judged.result && judged.repeat) wait = budget.next(judged.result.error().retry_after);
        if (!wait) co_return std::move(judged.result);
        const bool slept = co_await clock_.sleep(*wait, stop);
        if (!slept) co_return failure(canceled());
    }
}

template Task<Result<boost::json::object>> BflClient::repeat(
    HttpRequest, std::function<Judged<boost::json::object>(const Answer&)>, std::stop_token);

}  // namespace atelier
