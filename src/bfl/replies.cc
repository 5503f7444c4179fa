#include "bfl/replies.h"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "bfl/hosts.h"
#include "bfl/refusals.h"
#include "bfl/request_check.h"
#include "contract/contract.h"
#include "util/json.h"

namespace atelier::bfl {
namespace {

namespace bj = boost::json;

template <class T>
Judged<T> final(Error error) {
    return {std::unexpected(std::move(error)), /*repeat=*/false};
}

template <class T>
Judged<T> again(Error error) {
    return {std::unexpected(std::move(error)), /*repeat=*/true};
}

bool isSuccess(int status) {
    return status >= 200 && status < 300;
}
bool isRedirect(int status) {
    return status >= 300 && status < 400;
}
bool isPassing(int status) {
    return status >= 500 || status == 408 || status == 425 || status == 429;
}

std::optional<bj::object> objectIn(const HttpResponse& response) {
    auto value = json::parse(response.body);
    if (!value || !value->is_object()) return std::nullopt;
    return std::move(value->as_object());
}

std::string textIn(const bj::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    const auto* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string{} : std::string{*text};
}

std::optional<double> numberIn(const bj::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    return value->to_number<double>();
}

std::optional<std::int64_t> integerIn(const bj::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    boost::system::error_code ec;
    if (value == nullptr || !value->is_number()) return std::nullopt;
    const auto number = value->to_number<std::int64_t>(ec);
    if (ec) return std::nullopt;
    return number;
}

/// How a read (poll, account) failed without an answer.
template <class T>
Judged<T> judgeBrokenRead(const HttpError& error) {
    switch (error.failure) {
        case HttpFailure::Canceled:
            return final<T>({ErrorCode::Canceled, "canceled"});
        case HttpFailure::TooLarge:
            return final<T>({ErrorCode::ProviderBadAnswer, "the provider's answer is far too long",
                             error.message});
        case HttpFailure::Forbidden:
            return final<T>({ErrorCode::ProviderBadAnswer, "the provider's address cannot be used",
                             error.message});
        case HttpFailure::NotSent:
        case HttpFailure::Ambiguous:
            break;
    }
    return again<T>(
        {ErrorCode::ProviderUnavailable, "the provider cannot be reached", error.message});
}

Judged<Submission> judgeTaken(const HttpResponse& response) {
    const auto object = objectIn(response);
    Submission taken;
    if (object) taken.task_id = textIn(*object, "id");
    if (taken.task_id.empty()) {
        if (object && textIn(*object, "status") == "Request Moderated")
            return final<Submission>(moderated(ErrorCode::ProviderModeratedInput, *object));
        return final<Submission>(
            {ErrorCode::ProviderAmbiguous, "the provider's answer names no task",
             fmt::format("status {}, {} bytes", response.status, response.body.size())});
    }
    taken.polling_url = textIn(*object, "polling_url");
    taken.cost = numberIn(*object, "cost");
    return {std::move(taken)};
}

Judged<TaskReport> judgeReady(const bj::object& object) {
    TaskReport report{.state = TaskReport::State::Ready, .progress = 1.0};
    const auto* result = object.if_contains("result");
    if (result != nullptr && result->is_object()) report.result = result->as_object();
    report.sample_url = textIn(report.result, "sample");
    report.seed = integerIn(report.result, "seed");
    if (!originOf(report.sample_url))
        return again<TaskReport>(
            {ErrorCode::ProviderBadAnswer, "the task is ready, but its picture has no address"});
    return {std::move(report)};
}

Judged<TaskReport> judgeStatus(const bj::object& object, const std::string& status,
                               const std::function<void(std::string_view)>& unknown_status) {
    if (status == "Ready") return judgeReady(object);
    if (status == "Task not found") return {TaskReport{.state = TaskReport::State::Gone}};
    if (status == "Request Moderated")
        return final<TaskReport>(moderated(ErrorCode::ProviderModeratedInput, object));
    if (status == "Content Moderated")
        return final<TaskReport>(moderated(ErrorCode::ProviderModeratedOutput, object));
    if (status == "Error" || status == "Failed") return final<TaskReport>(processingFailed(object));
    if (contract::Contract::bfl().status(status) == nullptr) unknown_status(status);
    TaskReport report{.state = TaskReport::State::Running,
                      .progress = numberIn(object, "progress")};
    if (report.progress) report.progress = std::clamp(*report.progress, 0.0, 1.0);
    return {std::move(report)};
}

}  // namespace

Judged<Submission> judgeSubmit(const Answer& answer, Instant now) {
    if (!answer) {
        const auto& error = answer.error();
        if (error.failure == HttpFailure::NotSent)
            return again<Submission>(
                {ErrorCode::ProviderUnavailable, "the provider cannot be reached", error.message});
        if (error.failure == HttpFailure::Forbidden)
            return final<Submission>({ErrorCode::ProviderUnavailable,
                                      "the provider's address cannot be used", error.message});
        return final<Submission>({ErrorCode::ProviderAmbiguous,
                                  "the connection broke while the provider had the request",
                                  error.message});
    }
    const int status = answer->status;
    if (isSuccess(status)) return judgeTaken(*answer);
    if (isRedirect(status) && status != 303)
        return final<Submission>({ErrorCode::ProviderUnavailable,
                                  "the provider's address answers with a redirect",
                                  fmt::format("status {}; check BFL_BASE_URL", status)});
    if (status >= 500 || status == 408 || status < 400)
        return final<Submission>({ErrorCode::ProviderAmbiguous,
                                  "the provider failed while it had the request",
                                  fmt::format("status {}", status)});
    auto refused = refusal(status, objectIn(*answer).value_or(bj::object{}));
    refused.retry_after = retryAfter(*answer, now);
    return {std::unexpected(std::move(refused)), /*repeat=*/status == 429};
}

Judged<TaskReport> judgePoll(const Answer& answer, Instant now,
                             const std::function<void(std::string_view)>& unknown_status) {
    if (!answer) return judgeBrokenRead<TaskReport>(answer.error());
    // Some answers come with 404, 422 or 503 and a whole body: the body decides.
    if (const auto object = objectIn(*answer)) {
        const auto status = textIn(*object, "status");
        if (!status.empty()) return judgeStatus(*object, status, unknown_status);
    }
    const auto seen = fmt::format("status {}, {} bytes", answer->status, answer->body.size());
    if (answer->status == 404) return {TaskReport{.state = TaskReport::State::Gone}};
    if (isPassing(answer->status) || answer->status == 401 || answer->status == 403) {
        Error error{ErrorCode::ProviderUnavailable, "the provider does not tell how the task is",
                    seen};
        error.retry_after = retryAfter(*answer, now);
        return {std::unexpected(std::move(error)), /*repeat=*/isPassing(answer->status)};
    }
    // Not the provider's words: perhaps a proxy's, perhaps gone at the next try.
    return {failure(ErrorCode::ProviderBadAnswer,
                    "the provider's answer about the task makes no sense", seen),
            /*repeat=*/isSuccess(answer->status)};
}

Judged<SharedBytes> judgeDownload(const Answer& answer) {
    if (!answer) {
        const auto& error = answer.error();
        switch (error.failure) {
            case HttpFailure::Canceled:
                return final<SharedBytes>({ErrorCode::Canceled, "canceled"});
            case HttpFailure::TooLarge:
                return final<SharedBytes>({ErrorCode::ProviderBadAnswer,
                                           "the finished picture is too large", error.message});
            case HttpFailure::Forbidden:
                return final<SharedBytes>({ErrorCode::ProviderBadAnswer,
                                           "the finished picture is at a forbidden address",
                                           error.message});
            case HttpFailure::NotSent:
            case HttpFailure::Ambiguous:
                break;
        }
        return again<SharedBytes>({ErrorCode::DeliveryFailed,
                                   "the finished picture could not be fetched", error.message});
    }
    if (!isSuccess(answer->status))
        return {failure(ErrorCode::DeliveryFailed, "the finished picture could not be fetched",
                        fmt::format("status {}", answer->status)),
                /*repeat=*/isPassing(answer->status)};
    if (!looksLikePicture(answer->body))
        return final<SharedBytes>({ErrorCode::ProviderBadAnswer,
                                   "the finished picture is not a picture",
                                   fmt::format("{} bytes", answer->body.size())});
    return {share(answer->body)};
}

Judged<bj::object> judgeAccount(const Answer& answer, Instant now) {
    if (!answer) return judgeBrokenRead<bj::object>(answer.error());
    auto object = objectIn(*answer);
    if (isSuccess(answer->status)) {
        if (object) return {std::move(*object)};
        return again<bj::object>(
            {ErrorCode::ProviderBadAnswer, "the provider's answer is not a JSON object"});
    }
    if (isPassing(answer->status)) {
        Error error{ErrorCode::ProviderUnavailable, "the provider does not answer",
                    fmt::format("status {}", answer->status)};
        error.retry_after = retryAfter(*answer, now);
        return again<bj::object>(std::move(error));
    }
    // Without a body to find fault with, 422 can only mean the key.
    if (answer->status == 422)
        return final<bj::object>({ErrorCode::ProviderUnauthorized, "the provider refused the key"});
    return final<bj::object>(refusal(answer->status, object.value_or(bj::object{})));
}

bool isOutage(const Answer& answer) {
    if (answer) return answer->status >= 500;
    return answer.error().failure != HttpFailure::Canceled;
}

}  // namespace atelier::bfl
