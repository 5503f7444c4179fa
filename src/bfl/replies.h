#pragma once

#include <expected>
#include <functional>
#include <optional>

#include "domain/error.h"
#include "ports/http_client.h"
#include "ports/image_provider.h"

/// What the provider's answers mean. Pure functions. Source: bfl-api.md §1, §4.
namespace atelier::bfl {

using Answer = std::expected<HttpResponse, HttpError>;

/// An outcome, and whether the same request may be sent again to get a better one.
template <class T>
struct Judged {
    Result<T> result;
    bool repeat = false;
};

/// A submit is repeated only when the provider certainly did not take it: without
/// a connection, or after a 429.
Judged<Submission> judgeSubmit(const Answer& answer, Instant now);

/// `unknown_status` is told of a status that the contract does not list.
Judged<TaskReport> judgePoll(const Answer& answer, Instant now,
                             const std::function<void(std::string_view)>& unknown_status);

Judged<SharedBytes> judgeDownload(const Answer& answer);

/// `GET` of the account: any JSON object.
Judged<boost::json::object> judgeAccount(const Answer& answer, Instant now);

/// Whether the provider (or the way to it) is to blame for `answer`.
bool isOutage(const Answer& answer);

/// The Retry-After of a response, in seconds or as a date (RFC 9110 §10.2.3);
/// at most an hour, empty when absent or unreadable.
std::optional<Millis> retryAfter(const HttpResponse& response, Instant now);

}  // namespace atelier::bfl
