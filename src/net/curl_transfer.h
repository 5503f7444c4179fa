#pragma once

#include <expected>
#include <memory>
#include <optional>

#include <curl/curl.h>

#include "ports/http_client.h"
#include "util/resume.h"

namespace atelier {

struct CurlOptions;

namespace net {

/// One exchange: what is asked, the callbacks of its easy handle and its outcome.
/// Used by the loop thread only, from `configure` to `resume`.
class Transfer {
  public:
    explicit Transfer(HttpRequest request);
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    /// The URL up to its path: requests with the same one share connections.
    const std::string& origin() const { return origin_; }
    void onFinished(Resumer resume) { resume_.emplace(resume); }

    /// Sets up a fresh or reset `easy`. False (and an outcome) when the request
    /// cannot be sent as it is.
    bool configure(CURL* easy, const CurlOptions& options);
    /// Notes how it ended. `easy` is still the one that was configured.
    void finish(CURL* easy, CURLcode code);
    /// Notes that it ends without an answer.
    void fail(HttpFailure failure, std::string message);

    void resume() const { (*resume_)(); }
    std::expected<HttpResponse, HttpError> takeOutcome() { return std::move(outcome_); }

    bool cancel_requested = false;
    CURL* handle = nullptr;  ///< while it runs

  private:
    struct FreeList {
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };

    bool setHeaders(CURL* easy);
    void setBody(CURL* easy);
    void setLimits(CURL* easy) const;
    bool repeatable() const;
    HttpFailure classify(CURL* easy, CURLcode code) const;
    std::size_t takeHeader(std::string_view line);
    std::size_t takeBody(std::string_view piece);

    static std::size_t onHeader(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t onBody(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t onRead(char* buffer, std::size_t size, std::size_t count, void* self);
    static int onSeek(void* self, curl_off_t offset, int origin);
    static curl_socket_t onOpenSocket(void* self, curlsocktype purpose, curl_sockaddr* address);

    HttpRequest request_;
    std::string origin_;
    std::optional<Resumer> resume_;
    std::unique_ptr<curl_slist, FreeList> headers_;
    std::size_t body_sent_ = 0;
    std::size_t header_bytes_ = 0;
    bool header_complete_ = false;
    bool too_large_ = false;
    bool cut_ = false;  ///< what is wanted has come; the rest was not read
    bool address_refused_ = false;
    char error_text_[CURL_ERROR_SIZE] = {};
    HttpResponse response_;
    std::expected<HttpResponse, HttpError> outcome_;
};

}  // namespace net
}  // namespace atelier
