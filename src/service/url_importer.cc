#include "service/url_importer.h"

#include <fmt/format.h>

#include "util/scope_exit.h"

namespace atelier {
namespace {

constexpr Seconds kImportConnectTimeout{5};

bool isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// In words that tell nothing about our network; the cause is for the log.
std::unexpected<Error> explain(const HttpError& error, std::size_t max_bytes) {
    switch (error.failure) {
        case HttpFailure::TooLarge:
            return failure(ErrorCode::UploadTooLarge,
                           fmt::format("the picture behind the URL may have {} bytes", max_bytes),
                           error.message);
        case HttpFailure::Forbidden:
            return failure(ErrorCode::UrlNotAllowed, "the URL must lead to a public address",
                           error.message);
        case HttpFailure::NotSent:
            return failure(ErrorCode::ImportFailed, "the URL's server cannot be reached",
                           error.message);
        case HttpFailure::Ambiguous:
        case HttpFailure::Canceled:
            break;
    }
    return failure(ErrorCode::ImportFailed, "the URL's server did not answer completely or in time",
                   error.message);
}

}  // namespace

Task<Result<HttpResponse>> UrlImporter::follow(std::string url, Deadline deadline) {
    if (auto allowed = urls_.check(url); !allowed) co_return failure(std::move(allowed.error()));
    for (int hop = 0; hop <= options_.max_redirects; ++hop) {
        HttpRequest request;
        request.url = url;
        request.headers = {{"accept", "image/jpeg, image/png, image/webp, image/gif"}};
        request.connect_timeout = kImportConnectTimeout;
        request.timeout = std::max(deadline.left(), Millis{1});
        request.max_response_bytes = options_.max_bytes;
        request.public_addresses_only = true;
        request.allow_loopback = options_.allow_loopback;
        auto answer = co_await http_.send(std::move(request), {});
        if (!answer) co_return explain(answer.error(), options_.max_bytes);
        if (!isRedirect(answer->status)) co_return std::move(*answer);
        const auto& location = answer->headers["location"];
        if (location.empty())
            co_return failure(ErrorCode::ImportFailed, "the URL redirects to nowhere");
        auto next = urls_.follow(url, location);
        if (!next) co_return failure(std::move(next.error()));
        url = std::move(*next);
    }
    co_return failure(ErrorCode::ImportFailed,
                      fmt::format("the URL redirects more than {} times", options_.max_redirects));
}

/// A server that sends slowly must not take all places for one of its friends.
Result<> UrlImporter::enter(UserId user) {
    const std::lock_guard lock{mutex_};
    const auto found = of_users_.find(user);
    const bool too_many = found != of_users_.end() && found->second >= options_.of_a_user;
    if (too_many || running_ >= options_.concurrency) {
        Error busy{ErrorCode::NotReady, "too many pictures are being fetched"};
        if (too_many)
            busy = {
                ErrorCode::RateLimited,
                fmt::format("{} pictures of an account are fetched at a time", options_.of_a_user)};
        busy.retry_after = Seconds{2};
        return failure(std::move(busy));
    }
    ++running_;
    ++of_users_[user];
    return {};
}

void UrlImporter::leave(UserId user) {
    const std::lock_guard lock{mutex_};
    --running_;
    const auto found = of_users_.find(user);
    if (--found->second == 0) of_users_.erase(found);
}

Task<Result<SharedBytes>> UrlImporter::fetch(UserId user, std::string url, std::string pointer) {
    auto entered = enter(user);
    if (!entered) co_return failure(std::move(entered.error()));
    const ScopeExit left{[this, user] { leave(user); }};
    auto answer = co_await follow(std::move(url), Deadline::after(options_.timeout));
    if (!answer) {
        auto& error = answer.error();
        if (error.code == ErrorCode::UrlNotAllowed)
            error.fields = {{std::move(pointer), error.detail}};
        co_return failure(std::move(error));
    }
    if (answer->status != 200)
        co_return failure(ErrorCode::ImportFailed,
                          fmt::format("the URL's server answered with status {}", answer->status));
    if (answer->body.empty())
        co_return failure(ErrorCode::ImportFailed, "there is nothing behind the URL");
    co_return share(std::move(answer->body));
}

}  // namespace atelier
