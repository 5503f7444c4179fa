#pragma once

#include <mutex>
#include <stop_token>
#include <string>
#include <unordered_map>

#include "domain/ids.h"
#include "ports/http_client.h"
#include "ports/url_guard.h"

namespace atelier {

/// Fetches pictures from URLs that users give us. What arrives is only bytes: the image port finds
/// out whether they are a picture. Thread-safe.
class UrlImporter {
  public:
    struct Options {
        std::size_t max_bytes = 20u << 20;
        bool allow_loopback = false;  ///< for development
        Millis timeout{20'000};       ///< redirects included
        int max_redirects = 3;
        int concurrency = 16;  ///< fetches at a time; each may hold max_bytes
        int of_a_user = 4;     ///< of these
    };
    UrlImporter(HttpClient& http, const UrlGuard& urls, Options options)
        : http_{http}, urls_{urls}, options_{options} {}

    /// The body behind `url`, for `user`. Every hop of a redirect is judged like the first URL, and
    /// every address is checked when it is connected to. Errors: UrlNotAllowed (with `pointer` as
    /// the wrong field), ImportFailed (no answer, a status other than 200, nothing in it),
    /// UploadTooLarge, RateLimited (too many of the user are under way), NotReady (too many of
    /// all).
    Task<Result<SharedBytes>> fetch(UserId user, std::string url, std::string pointer);

  private:
    Result<> enter(UserId user);
    void leave(UserId user);
    Task<Result<HttpResponse>> follow(std::string url, Deadline deadline);

    HttpClient& http_;
    const UrlGuard& urls_;
    const Options options_;
    std::mutex mutex_;
    int running_ = 0;                           // guarded by mutex_
    std::unordered_map<UserId, int> of_users_;  // guarded by mutex_; users with some only
};

}  // namespace atelier
